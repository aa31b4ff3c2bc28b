# Untrained returns of AMD Zen 1 and 2: all functions return at one place, which the kernel untrains
# when it is entered.
	.text
	.p2align 6
	.globl	folio_return_thunk
	.type	folio_return_thunk, @function
folio_return_thunk:
	ret
	int3
	.size	folio_return_thunk, . - folio_return_thunk
	.section .note.GNU-stack,"",@progbits
