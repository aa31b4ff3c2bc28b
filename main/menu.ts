import { Menu, type MenuItemConstructorOptions } from 'electron'

export type MenuActions = Readonly<{
  /** Shows a screen by its path (renderer/router.ts). */
  navigate: (path: string) => void
  newWindow: () => void
  openPalette: () => void
  printScreen: () => void
  openDataFolder: () => void
  openLogFolder: () => void
}>

const screens = [
  { label: '&Machine', path: '/machine' },
  { label: '&Live', path: '/live' },
  { label: '&Runs', path: '/runs' },
  { label: '&Compare', path: '/compare' },
  { label: '&History', path: '/history' },
  { label: '&Advisor', path: '/advisor' },
  { label: 'Mac&hines', path: '/machines' },
  { label: '&Fleet', path: '/fleet' },
  { label: '&Kernels', path: '/kernels' },
]

/** Sets the application menu; its items call `actions`. */
export function installMenu(actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions)))
}

function menuTemplate({
  navigate,
  newWindow,
  openPalette,
  printScreen,
  openDataFolder,
  openLogFolder,
}: MenuActions): MenuItemConstructorOptions[] {
  return [
    {
      label: '&File',
      submenu: [
        { label: '&New run', accelerator: 'CommandOrControl+N', click: () => navigate('/new-run') },
        { label: 'New &window', accelerator: 'CommandOrControl+Shift+N', click: newWindow },
        { type: 'separator' },
        { label: '&Print …', accelerator: 'CommandOrControl+P', click: printScreen },
        { type: 'separator' },
        { label: '&Settings', accelerator: 'CommandOrControl+,', click: () => navigate('/settings') },
        { label: 'Open &data folder', click: openDataFolder },
        { type: 'separator' },
        { role: 'close' },
        { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { label: 'All c&ommands', accelerator: 'CommandOrControl+K', click: openPalette },
        { type: 'separator' as const },
        ...screens.map(({ label, path }, index) => ({
          label,
          accelerator: `CommandOrControl+${index + 1}`,
          click: () => navigate(path),
        })),
        { type: 'separator' as const },
        { role: 'resetZoom' as const },
        { role: 'zoomIn' as const },
        { role: 'zoomOut' as const },
        { role: 'togglefullscreen' as const },
        { type: 'separator' as const },
        { role: 'toggleDevTools' as const },
      ],
    },
    {
      role: 'help',
      submenu: [
        { label: 'Open &log folder', click: openLogFolder },
        { label: '&About Folio Lab', click: () => navigate('/about') },
      ],
    },
  ]
}
