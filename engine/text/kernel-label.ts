/**
 * `6.1.0-37-amd64` of `/boot/vmlinuz-6.1.0-37-amd64` and of
 * `linux-image-6.1.0-37-amd64_6.1.140-1_amd64.deb`.
 */
export function kernelLabel(name: string): string {
  const file = name.slice(name.lastIndexOf('/') + 1)
  const short = file
    .replace(/^(?:linux-image|linux-binary|vmlinuz|bzImage)-/, '')
    .replace(/(?:_[^_]*)*\.deb$/, '')
  return short === '' ? file : short
}
