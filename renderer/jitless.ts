import * as z from 'zod'

// The content security policy forbids code made from text, which zod would try when a schema is
// declared: this module is imported before any schema.
z.config({ jitless: true })
