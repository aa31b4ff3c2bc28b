import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { useComparison } from './stores/comparison.ts'
import Machine from './screens/machine/Machine.vue'
import Welcome from './screens/welcome/Welcome.vue'

/**
 * Loads the screens that people go to from the first one, before they ask for them;
 * later loads find them there.
 */
export async function loadNextScreens(): Promise<void> {
  await import('./screens/runs/Runs.vue')
  await import('./screens/compare/Compare.vue')
}

/**
 * Every screen. Those that a start shows are in the first chunk; the others load
 * when they are first shown.
 */
export function createLabRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/machine' },
      { path: '/machine', component: Machine, meta: { title: 'Machine' } },
      {
        path: '/new-run',
        component: () => import('./screens/new-run/NewRun.vue'),
        meta: { title: 'New run' },
      },
      {
        path: '/machines',
        component: () => import('./screens/machines/Machines.vue'),
        meta: { title: 'Machines' },
      },
      {
        path: '/kernels',
        component: () => import('./screens/kernels/Kernels.vue'),
        meta: { title: 'Kernels' },
      },
      { path: '/fleet', component: () => import('./screens/fleet/Fleet.vue'), meta: { title: 'Fleet' } },
      { path: '/live', component: () => import('./screens/live/Live.vue'), meta: { title: 'Live' } },
      { path: '/runs/:id?', component: () => import('./screens/runs/Runs.vue'), meta: { title: 'Runs' } },
      {
        path: '/compare',
        component: () => import('./screens/compare/Compare.vue'),
        // The library compares while the screen is made that shows it.
        beforeEnter: ({ query }) => void useComparison().askAhead(query),
        meta: { title: 'Compare' },
      },
      {
        path: '/across',
        component: () => import('./screens/across/Across.vue'),
        meta: { title: 'Across machines' },
      },
      { path: '/model', component: () => import('./screens/model/Model.vue'), meta: { title: 'Model' } },
      { path: '/atlas', component: () => import('./screens/atlas/Atlas.vue'), meta: { title: 'Atlas' } },
      {
        path: '/history',
        component: () => import('./screens/history/History.vue'),
        meta: { title: 'History' },
      },
      {
        path: '/advisor/:id?',
        component: () => import('./screens/advisor/Advisor.vue'),
        meta: { title: 'Advisor' },
      },
      { path: '/about', component: () => import('./screens/about/About.vue'), meta: { title: 'About' } },
      { path: '/welcome', component: Welcome, meta: { title: 'Welcome' } },
      {
        path: '/settings',
        component: () => import('./screens/settings/Settings.vue'),
        meta: { title: 'Settings' },
      },
      {
        path: '/:anything(.*)*',
        component: () => import('./screens/not-found/NotFound.vue'),
        meta: { title: 'No such screen' },
      },
    ],
  })
}
