# In front of the text of every source: a return as the kernel patches it where no thunk is needed,
# as long as the jump to one.
	.macro	ret
	.byte	0xc3, 0xcc, 0xcc, 0xcc, 0xcc	# ret, then int3
	.endm
