# In front of the text of every source: a return is a jump to the thunk. As bytes, because the
# assembler would align a `jmp` but no `ret`, and the code of all kinds shall lie alike.
	.macro	ret
	.byte	0xe9			# jmp rel32
	.long	folio_return_thunk - . - 4
	.endm
