const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that is safe as content and attribute of HTML and SVG. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => entities[character] ?? character)
}
