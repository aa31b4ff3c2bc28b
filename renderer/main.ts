import './jitless.ts'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createLabRouter } from './router.ts'
import { useMachine } from './stores/machine.ts'
import { useNotices } from './stores/notices.ts'

const app = createApp(App)
app.use(createPinia())
app.use(createLabRouter())
const notices = useNotices()
app.config.errorHandler = error => {
  console.error(error)
  notices.report(error)
}
window.addEventListener('unhandledrejection', event => notices.report(event.reason))
// Main has it within milliseconds; a page mounted without it would be painted once more.
await notices.attempt(useMachine().loadLast)
app.mount('#app')
