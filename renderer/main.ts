import './jitless.ts'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createLabRouter } from './router.ts'
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
app.mount('#app')
