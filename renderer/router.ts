import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { useComparison } from './stores/comparison.ts'
import Machine from './views/Machine.vue'
import Welcome from './views/Welcome.vue'

/** Loads the screens that people go to from the first one, before they ask for them; later loads find them there. */
export async function loadNextScreens(): Promise<void> {
  await import('./views/Runs.vue')
  await import('./views/Compare.vue')
}

/** Every screen. Those that a start shows are in the first chunk; the others load when they are first shown. */
export function createLabRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/machine' },
      { path: '/machine', component: Machine, meta: { title: 'Machine' } },
      { path: '/new-run', component: () => import('./views/NewRun.vue'), meta: { title: 'New run' } },
      { path: '/live', component: () => import('./views/Live.vue'), meta: { title: 'Live' } },
      { path: '/runs/:id?', component: () => import('./views/Runs.vue'), meta: { title: 'Runs' } },
      {
        path: '/compare',
        component: () => import('./views/Compare.vue'),
        // The library compares while the screen is made that shows it.
        beforeEnter: ({ query }) => void useComparison().askAhead(query),
        meta: { title: 'Compare' },
      },
      { path: '/machines', component: () => import('./views/Machines.vue'), meta: { title: 'Machines' } },
      { path: '/atlas', component: () => import('./views/Atlas.vue'), meta: { title: 'Atlas' } },
      { path: '/history', component: () => import('./views/History.vue'), meta: { title: 'History' } },
      { path: '/advisor/:id?', component: () => import('./views/Advisor.vue'), meta: { title: 'Advisor' } },
      { path: '/about', component: () => import('./views/About.vue'), meta: { title: 'About' } },
      { path: '/welcome', component: Welcome, meta: { title: 'Welcome' } },
      { path: '/settings', component: () => import('./views/Settings.vue'), meta: { title: 'Settings' } },
      {
        path: '/:anything(.*)*',
        component: () => import('./views/NotFound.vue'),
        meta: { title: 'No such screen' },
      },
    ],
  })
}
