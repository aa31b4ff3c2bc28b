# Safe RET of AMD Zen 1 to 4: the return address that the call has just predicted is not the one
# that the routine returns to.
	.text
	.p2align 6
	.globl	folio_return_thunk
	.type	folio_return_thunk, @function
folio_return_thunk:
	call	drop_and_return
	ud2
	.size	folio_return_thunk, . - folio_return_thunk

	.p2align 6
	.type	drop_and_return, @function
drop_and_return:
	leaq	8(%rsp), %rsp
	ret
	int3
	.size	drop_and_return, . - drop_and_return
	.section .note.GNU-stack,"",@progbits
