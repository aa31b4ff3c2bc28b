/** What each benchmark times, in C. */
import type { KernelBenchmarkName } from '../../contract/benchmark.ts'
import type { PartName } from './c-parts.ts'

export type Operation = Readonly<{
  needs: readonly PartName[]
  source: string
  /** Headers beside the usual ones. */
  headers?: readonly string[]
  /** Whether the region is shared memory; it is private otherwise. */
  isShared?: boolean
  /**
   * How a region that is too small to be timed is dealt with, as the agent does: `again` on the
   * same memory, or on so many `parts` of a larger region.
   */
  repeated?: 'again' | 'parts'
}>

const filled: readonly PartName[] = ['region', 'pmd', 'populate']
const filledByPtes: readonly PartName[] = [...filled, 'ptes']

const writeAll = 'memset(region, 0x5a, REGION);'
const writeBytes = String.raw`for (byte = 0; byte < REGION; byte += page)
		*(volatile char *)(region + byte) = 0x5a;`

function copyOnWrite(write: string): string {
  return `static double sample(void)
{
	double begin, time;
	pid_t self = getpid(), child;
${write === writeBytes ? '	size_t byte;\n' : ''}
	populate();
	map_by_ptes();
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		idle(self);
	begin = now_ns();
	${write}
	time = now_ns() - begin;
	end(child);
	return time;
}`
}

function reuse(write: string): string {
  return `static double sample(void)
{
	double begin;
	pid_t child;
${write === writeBytes ? '	size_t byte;\n' : ''}
	populate();
	map_by_ptes();
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	begin = now_ns();
	${write}
	return now_ns() - begin;
}`
}

/** `prepare`: statements between the population and the fork that is timed. */
function forkAfter(prepare: readonly string[]): string {
  return `static double sample(void)
{
	double begin, time;
	pid_t self, child;

	populate();
${prepare.map(statement => `	${statement}\n`).join('')}	self = getpid();
	begin = now_ns();
	child = fork();
	if (child == 0)
		idle(self);
	time = now_ns() - begin;
	if (child < 0)
		fail("fork");
	end(child);
	return time;
}`
}

/** The whole region made read-only and writable again; `check` proves what it is. */
function protect(check: string): string {
  return `static double sample(void)
{
	double begin, time;
	int failed = 0, i;

	populate();
	${check}
	begin = now_ns();
	for (i = 0; i < REPEAT; i++) {
		failed |= mprotect(region, REGION, PROT_READ);
		failed |= mprotect(region, REGION, PROT_READ | PROT_WRITE);
	}
	time = now_ns() - begin;
	if (failed)
		fail("mprotect");
	return time;
}`
}

/** One advice for each part of the region; `before` and `after` prove what it met and did. */
function advise(advice: string, before: string, after: string): string {
  return `static double sample(void)
{
	double begin, time;
	size_t part;
	int failed = 0;

	${before}populate();
	map_by_ptes();
	begin = now_ns();
	for (part = 0; part < REGION; part += PART)
		failed |= madvise(region + part, PART, ${advice});
	time = now_ns() - begin;
	if (failed)
		fail("madvise(${advice})");
	${after}
	return time;
}`
}

type PartCalls = Readonly<{
  /** Statements before the clock. */
  prepare: readonly string[]
  /** The variable that holds the offset of a part in the region. */
  part: string
  /** Bytes from one part to the next, as C has them. */
  step: string
  call: string
  /** What the call is named where it fails. */
  name: string
}>

/** One call for each part of the region. */
function partByPart({ prepare, part, step, call: each, name }: PartCalls): string {
  return `static double sample(void)
{
	double begin, time;
	size_t ${part};
	int failed = 0;

	${prepare.join('\n\t')}
	begin = now_ns();
	for (${part} = 0; ${part} < REGION; ${part} += ${step})
		failed |= ${each};
	time = now_ns() - begin;
	if (failed)
		fail("${name}");
	return time;
}`
}

/** Calls over and over, which must all be answered as `isRight` says. */
function call(prepare: string, isRight: string): string {
  return `static double sample(void)
{
	double begin, time;
	int right = 0, i;
	${prepare}

	begin = now_ns();
	for (i = 0; i < CALLS; i++)
		right += ${isRight};
	time = now_ns() - begin;
	if (right != CALLS) {
		fprintf(stderr, "%d of %d calls were answered.\\n", right, CALLS);
		_exit(2);
	}
	return time;
}`
}

type TogetherParts = Readonly<{
  /** What is timed. */
  work: string
  /** Variables that it needs. */
  variables: string
  /** Statements between the population and the first fork. */
  prepare?: string
  /** After the clock: what proves that it was done. */
  proof?: string
}>

/** Tasks forked from a parent that populated the region, released together. */
function together(comment: string, { work, variables, prepare = '', proof = '' }: TogetherParts): string {
  return String.raw`/* ${comment} Bytes per second, summed. */
static double sample(void)
{
	double *rates = mmap(NULL, TASKS * sizeof(*rates), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int start[2], ready[TASKS][2], task;
	double sum = 0;
	pid_t tasks[TASKS], self = getpid();
	char byte = 0;

	populate();
	${prepare}if (rates == MAP_FAILED || pipe(start))
		fail("pipe");
	for (task = 0; task < TASKS; task++) {
		if (pipe(ready[task]))
			fail("pipe");
		tasks[task] = fork();
		if (tasks[task] < 0)
			fail("fork");
		if (tasks[task] == 0) {
			${variables}
			double begin;

			close(start[1]);
			rates[task] = 0;
			if (write(ready[task][1], &byte, 1) != 1 || read(start[0], &byte, 1) != 0)
				_exit(1);
			begin = now_ns();
			${work}
			rates[task] = REGION * 1e9 / (now_ns() - begin);
			${proof}if (write(ready[task][1], &byte, 1) != 1)
				_exit(1);
			idle(self);
		}
		close(ready[task][1]);
	}
	for (task = 0; task < TASKS; task++)
		if (read(ready[task][0], &byte, 1) != 1)
			fail("a task");
	close(start[1]);
	for (task = 0; task < TASKS; task++)
		if (read(ready[task][0], &byte, 1) != 1)
			fail("a task");
	for (task = 0; task < TASKS; task++) {
		sum += rates[task];
		end(tasks[task]);
	}
	return sum;
}`
}

const writeWords = 'volatile uint64_t *words = (volatile uint64_t *)region;'
const writeComment = 'Tasks that share the populated region write all of it at once.'

/** What is timed, and nothing beside it. */
export const operations: Readonly<Record<KernelBenchmarkName, Operation>> = {
  remap: {
    needs: filled,
    source: partByPart({
      prepare: ['populate();'],
      part: 'folio',
      step: 'FOLIO',
      call: 'mprotect(region + folio, page, PROT_READ)',
      name: 'mprotect',
    }),
  },
  munmap: {
    needs: filledByPtes,
    source: String.raw`static double sample(void)
{
	double begin, time;
	int failed;

	populate();
	map_by_ptes();
	begin = now_ns();
	failed = munmap(region, REGION);
	time = now_ns() - begin;
	if (failed)
		fail("munmap");
	return time;
}`,
  },
  fork: { needs: [...filledByPtes, 'child'], source: forkAfter(['map_by_ptes();']) },
  cow: { needs: [...filledByPtes, 'child'], source: copyOnWrite(writeAll) },
  'cow-byte': { needs: [...filledByPtes, 'child'], source: copyOnWrite(writeBytes) },
  'cow-reuse': { needs: filledByPtes, source: reuse(writeAll) },
  'cow-reuse-byte': { needs: filledByPtes, source: reuse(writeBytes) },
  'pte-dontneed': {
    needs: filledByPtes,
    source: partByPart({
      prepare: ['populate();', 'map_by_ptes();'],
      part: 'byte',
      step: 'page',
      call: 'madvise(region + byte, page, MADV_DONTNEED)',
      name: 'madvise(MADV_DONTNEED)',
    }),
  },
  'anon-cow-seq': {
    needs: [...filled, 'child'],
    source: together(writeComment, {
      variables: `${writeWords}
			uint64_t count = REGION / sizeof(*words), i;`,
      work: `for (i = 0; i < count; i++)
				words[i] = i;`,
    }),
  },
  'anon-cow-rand': {
    needs: [...filled, 'child', 'random'],
    source: together(writeComment, {
      variables: `${writeWords}
			uint64_t count = REGION / sizeof(*words), i, seed = task + 1;`,
      work: `for (i = 0; i < count; i++)
				words[random_below(&seed, count)] = i;`,
    }),
  },
  mprotect: { needs: filledByPtes, source: protect('map_by_ptes();'), repeated: 'again' },
  'mprotect-shared-dirty': {
    needs: filled,
    source: protect(`expect(smaps("Shared_Dirty") + smaps("Private_Dirty") == REGION,
	       "The region is not dirty.");`),
    isShared: true,
    repeated: 'again',
  },
  mremap: {
    needs: filledByPtes,
    source: String.raw`/* Moves entries, never whole page tables: half of what a table maps lies between the places. */
static double sample(void)
{
	double begin, time;
	char *away;
	int moved = 1, i;

	populate();
	map_by_ptes();
	away = reserve() + (pmd_size() ? pmd_size() / 2 : 1 << 20);
	begin = now_ns();
	for (i = 0; i < REPEAT && moved; i++)
		moved = mremap(region, REGION, REGION, MREMAP_MAYMOVE | MREMAP_FIXED, away) == away &&
			mremap(away, REGION, REGION, MREMAP_MAYMOVE | MREMAP_FIXED, region) == region;
	time = now_ns() - begin;
	if (!moved)
		fail("mremap");
	return time;
}`,
    repeated: 'again',
  },
  dontneed: {
    needs: filledByPtes,
    source: advise('MADV_DONTNEED', '', 'expect(!smaps("Rss"), "Part of the region is left.");'),
    repeated: 'parts',
  },
  'madvise-free': {
    needs: filledByPtes,
    source: advise(
      'MADV_FREE',
      '',
      `/* Pages that wait in lists of a CPU are marked later. */
	expect(smaps("LazyFree") + 64 * page >= REGION, "Part of the region is not marked.");`,
    ),
    repeated: 'parts',
  },
  pageout: {
    needs: [...filledByPtes, 'swap'],
    source: advise(
      'MADV_PAGEOUT',
      'require_swap();\n	',
      'expect(is_swapped(), "Part of the region is not in swap.");',
    ),
    repeated: 'parts',
  },
  'munmap-swapped-forked': {
    needs: [...filledByPtes, 'swap', 'child'],
    source: String.raw`static double sample(void)
{
	double begin, time;
	pid_t self = getpid(), child;
	int failed;

	require_swap();
	populate();
	map_by_ptes();
	if (madvise(region, REGION, MADV_PAGEOUT))
		fail("madvise(MADV_PAGEOUT)");
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		idle(self);
	expect(is_swapped(), "Part of the region is not in swap.");
	begin = now_ns();
	failed = munmap(region, REGION);
	time = now_ns() - begin;
	if (failed)
		fail("munmap");
	end(child);
	return time;
}`,
  },
  'fork-many-vmas': {
    needs: [...filledByPtes, 'mappings', 'child'],
    source: forkAfter(['map_by_ptes();', 'split_mappings();']),
  },
  'fork-chain': {
    needs: [...filledByPtes, 'mappings', 'child', 'chain'],
    source: forkAfter(['map_by_ptes();', 'split_mappings();', 'descend();']),
  },
  fault: {
    needs: ['region', 'pmd', 'mappings'],
    source: String.raw`static double sample(void)
{
	double begin, time;
	size_t byte;

	map_region();
	if (FOLIO != page && madvise(region, REGION, MADV_HUGEPAGE))
		fail("madvise(MADV_HUGEPAGE)");
	/* A fault takes the largest folio that fits into the mapping. */
	if (FOLIO != page && FOLIO != pmd_size())
		split_mappings();
	begin = now_ns();
	for (byte = 0; byte < REGION; byte += page)
		*(volatile char *)(region + byte) = 0x5a;
	time = now_ns() - begin;
	expect(FOLIO != pmd_size() || smaps("AnonHugePages") == REGION,
	       "The region is not made of huge folios: is THP switched off, or memory fragmented?");
	return time;
}`,
    repeated: 'parts',
  },
  'shared-unmap': {
    needs: [...filledByPtes, 'child'],
    source: together('Tasks that share all folios of the region unmap it at once.', {
      prepare: 'map_by_ptes();\n	',
      variables: 'int failed;',
      work: 'failed = munmap(region, REGION);',
      proof: 'if (failed)\n				fail("munmap");\n			',
    }),
  },
  'shared-fork': {
    needs: [...filledByPtes, 'child'],
    source: together('Tasks that share all folios of the region fork at once.', {
      prepare: 'map_by_ptes();\n	',
      variables: 'pid_t own = getpid(), child;',
      work: `child = fork();
			if (child == 0)
				idle(own);`,
      proof: 'if (child < 0)\n				fail("fork");\n			',
    }),
  },
  getppid: {
    needs: [],
    headers: ['sys/syscall.h'],
    source: call('pid_t parent = getppid();', 'syscall(SYS_getppid) == parent'),
  },
  ioctl: {
    needs: [],
    headers: ['errno.h', 'fcntl.h', 'sys/ioctl.h'],
    source: call(
      'int nothing = open("/dev/null", O_RDONLY);',
      'ioctl(nothing, 0, NULL) < 0 && errno == ENOTTY',
    ),
  },
}
