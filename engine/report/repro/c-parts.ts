/** The C that the benchmarks of a reproducer share, part by part. */

/** Parts that some benchmarks need; in the order in which they stand in the file. */
export const partNames = [
  'region',
  'pmd',
  'populate',
  'ptes',
  'mappings',
  'swap',
  'child',
  'chain',
  'random',
] as const
export type PartName = (typeof partNames)[number]

/** Of every file, whatever it measures. */
export const headers: readonly string[] = [
  'signal.h',
  'stdint.h',
  'stdio.h',
  'stdlib.h',
  'string.h',
  'sys/mman.h',
  'sys/prctl.h',
  'sys/wait.h',
  'time.h',
  'unistd.h',
]

/** What ends a sample, and what times it. */
export const basics = String.raw`static void fail(const char *what)
{
	perror(what);
	_exit(1);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}`

export const parts: Readonly<Record<PartName, string>> = {
  region: String.raw`static char *region;
static size_t page;

/* Bytes of the region that smaps counts under a name. */
static size_t smaps(const char *name)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long begin, end, kib, sum = 0;
	int inside = 0;
	char line[512];

	if (!file)
		fail("/proc/self/smaps");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &begin, &end) == 2)
			inside = begin >= (uintptr_t)region && end <= (uintptr_t)region + REGION;
		else if (inside && !strncmp(line, name, strlen(name)) &&
			 sscanf(line + strlen(name), ": %lu kB", &kib) == 1)
			sum += kib;
	}
	fclose(file);
	return sum * 1024;
}

/* Ends a sample whose memory is not what it is to be. */
static void expect(int is_so, const char *otherwise)
{
	if (is_so)
		return;
	fprintf(stderr, "%s\n", otherwise);
	_exit(2);
}

/* Aligned addresses for a region, without memory, and room behind it. */
static char *reserve(void)
{
	char *all = mmap(NULL, REGION + 2 * ALIGNMENT, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (all == MAP_FAILED)
		fail("mmap");
	return (char *)(((uintptr_t)all / ALIGNMENT + 1) * ALIGNMENT);
}

/* The region, empty. Single pages shall not come as parts of something larger. */
static void map_region(void)
{
	page = sysconf(_SC_PAGESIZE);
	region = reserve();
	if (mmap(region, REGION, PROT_READ | PROT_WRITE, SHARING | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) == MAP_FAILED)
		fail("mmap");
	if (FOLIO == page)
		prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}`,
  pmd: String.raw`/* Size of the folios that one PMD entry maps; 0: there are none. */
static size_t pmd_size(void)
{
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "r");
	size_t size = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%zu", &size) != 1)
		size = 0;
	fclose(file);
	return size;
}`,
  populate: String.raw`/*
 * The region in folios of the wanted size: each is advised and touched before the next.
 * Single pages need no advice.
 */
static void populate(void)
{
	size_t folio, byte;

	map_region();
	for (folio = 0; folio < REGION; folio += FOLIO) {
		if (FOLIO != page && madvise(region + folio, FOLIO, MADV_HUGEPAGE))
			fail("madvise(MADV_HUGEPAGE)");
		for (byte = folio; byte < folio + FOLIO; byte += page)
			*(volatile char *)(region + byte) = 1;
	}
	/* From here on khugepaged shall replace nothing. */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	expect(FOLIO != pmd_size() || smaps("AnonHugePages") == REGION,
	       "The region is not made of huge folios: is THP switched off, or memory fragmented?");
}`,
  ptes: String.raw`/* Splits the one PMD mapping of each folio into PTEs; the folio stays whole. */
static void map_by_ptes(void)
{
	size_t folio;

	for (folio = 0; folio < REGION; folio += FOLIO) {
		if (mprotect(region + folio, page, PROT_READ) ||
		    mprotect(region + folio, page, PROT_READ | PROT_WRITE))
			fail("mprotect");
		*(volatile char *)(region + folio) = 1;
	}
	expect(!smaps("AnonHugePages") && smaps("Rss") == REGION,
	       "The region is not mapped by PTEs.");
}`,
  mappings: String.raw`/* Makes each folio a mapping of its own: every second one is marked. */
static void split_mappings(void)
{
	size_t folio;

	for (folio = FOLIO; folio < REGION; folio += 2 * FOLIO)
		if (madvise(region + folio, FOLIO, MADV_DONTDUMP))
			fail("madvise(MADV_DONTDUMP): is vm.max_map_count too small?");
}`,
  swap: String.raw`/* Before anything is sent to swap: whether the region fits there. */
static void require_swap(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long kib = 0;
	char line[256];

	if (!file)
		fail("/proc/meminfo");
	while (fgets(line, sizeof(line), file) && sscanf(line, "SwapFree: %lu kB", &kib) != 1)
		;
	fclose(file);
	expect(kib * 1024 >= REGION,
	       "This needs free swap of the size of the region: switch some on (swapon).");
}

/* Pages that wait in lists of a CPU may be left out. */
static int is_swapped(void)
{
	return smaps("Swap") + 64 * page >= REGION;
}`,
  child: String.raw`/* In a child: waits until it is killed, or its parent is gone. */
static void idle(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(1);
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}`,
  chain: String.raw`/* Makes this process the last of a chain of forks; those before it end as it does. */
static void descend(void)
{
	int i, status;

	for (i = 0; i < ANCESTORS; i++) {
		pid_t self = getpid(), child = fork();

		if (child < 0)
			fail("fork");
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != self)
				_exit(1);
			continue;
		}
		if (waitpid(child, &status, 0) != child)
			fail("waitpid");
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
}`,
  random: String.raw`/* SplitMix64, and a number below a bound made from it. */
static uint64_t random_below(uint64_t *state, uint64_t bound)
{
	uint64_t mixed = *state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
	mixed ^= mixed >> 31;
	return (unsigned __int128)mixed * bound >> 64;
}`,
}

/** Each sample in a process of its own, whose address space nothing else has touched. */
export const main = String.raw`static int ascending(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

int main(int count, char **words)
{
	int samples = count > 1 ? atoi(words[1]) : SAMPLES, i, status;
	double *values, *value = mmap(NULL, sizeof(*value), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t worker;

	if (samples < 1) {
		fprintf(stderr, "%s: how many samples? A whole number of at least 1.\n", words[0]);
		return 2;
	}
	values = calloc(samples, sizeof(*values));
	if (!values || value == MAP_FAILED)
		fail("memory");
	for (i = 0; i < samples; i++) {
		worker = fork();
		if (worker < 0)
			fail("fork");
		if (worker == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			*value = sample();
			_exit(0);
		}
		if (waitpid(worker, &status, 0) < 0 || status != 0) {
			fprintf(stderr, "Sample %d failed.\n", i + 1);
			return 1;
		}
		values[i] = *value;
		printf("%s %d %.0f %s\n", NAME, i + 1, *value, UNIT);
		fflush(stdout);
	}
	qsort(values, samples, sizeof(*values), ascending);
	printf("%s median %.0f %s\n", NAME, (values[(samples - 1) / 2] + values[samples / 2]) / 2, UNIT);
	return 0;
}`
