// For tools that read TypeScript but not single-file components (ESLint); vue-tsc uses
// the component's own type.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
