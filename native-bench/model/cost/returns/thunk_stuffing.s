# Call-depth tracking of Intel Skylake: each call shifts a sign bit in (sites_stuffing.s), each
# return shifts one out. When none is left, the return predictor may be empty, and 16 calls fill it.
# The count is of a thread here and of a CPU in the kernel.
	.text
	.p2align 6
	.globl	folio_return_thunk
	.type	folio_return_thunk, @function
folio_return_thunk:
	shlq	$5, %fs:folio_call_depth@tpoff
	jz	1f
	ret
	int3
1:
	.rept	16
	call	2f
	int3
2:
	.endr
	addq	$(16 * 8), %rsp
	movq	$-1, %fs:folio_call_depth@tpoff
	ret
	int3
	.size	folio_return_thunk, . - folio_return_thunk

	.section .tbss,"awT",@nobits
	.p2align 3
	.globl	folio_call_depth
	.type	folio_call_depth, @object
	.size	folio_call_depth, 8
folio_call_depth:
	.zero	8
	.section .note.GNU-stack,"",@progbits
