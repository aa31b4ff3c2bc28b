# In front of the text of every source: returns jump to the thunk, and every call is accounted
# (thunk_stuffing.s).
	.macro	ret
	.byte	0xe9			# jmp rel32
	.long	folio_return_thunk - . - 4
	.endm
	.macro	call target:vararg
	sarq	$5, %fs:folio_call_depth@tpoff
	callq	\target
	.endm
