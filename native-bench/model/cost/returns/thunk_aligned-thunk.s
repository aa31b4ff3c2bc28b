# Aligned returns of Intel CPUs with ITS: one return in the upper half of a cache line.
	.text
	.p2align 6
	.skip	32, 0xcc
	.globl	folio_return_thunk
	.type	folio_return_thunk, @function
folio_return_thunk:
	ret
	int3
	.size	folio_return_thunk, . - folio_return_thunk
	.section .note.GNU-stack,"",@progbits
