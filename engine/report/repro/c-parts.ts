/**
 * The C of a reproducer, part by part: what every benchmark needs, and each
 * benchmark's own operation.
 */
import type { PublishedBenchmarkName } from '../../contract/benchmark.ts'

/** Parts that some benchmarks need; in the order in which they stand in the file. */
export const sharedParts = ['ptes', 'child', 'random'] as const
export type SharedPart = (typeof sharedParts)[number]

export const headers = `#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>`

/**
 * From here to the operation: the region, its folios, and the check that they
 * are what they should be.
 */
export const setUp = String.raw`static char *region;
static size_t page;

static void fail(const char *what)
{
	perror(what);
	_exit(1);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

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
}

/*
 * An aligned region in folios of the wanted size: each is advised and touched before the next.
 * Single pages need no advice, and nothing larger in their place.
 */
static void populate(void)
{
	char *all = mmap(NULL, REGION + 2 * ALIGNMENT, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t folio, byte;

	if (all == MAP_FAILED)
		fail("mmap");
	page = sysconf(_SC_PAGESIZE);
	region = (char *)(((uintptr_t)all / ALIGNMENT + 1) * ALIGNMENT);
	if (mmap(region, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) == MAP_FAILED)
		fail("mmap");
	if (FOLIO == page)
		prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	for (folio = 0; folio < REGION; folio += FOLIO) {
		if (FOLIO != page && madvise(region + folio, FOLIO, MADV_HUGEPAGE))
			fail("madvise(MADV_HUGEPAGE)");
		for (byte = folio; byte < folio + FOLIO; byte += page)
			*(volatile char *)(region + byte) = 1;
	}
	/* From here on khugepaged shall replace nothing. */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (FOLIO == pmd_size() && smaps("AnonHugePages") != REGION) {
		fprintf(stderr, "The region is not made of huge folios: is THP switched off, or memory fragmented?\n");
		_exit(2);
	}
}`

export const shared: Readonly<Record<SharedPart, string>> = {
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
	if (smaps("AnonHugePages") || smaps("Rss") != REGION) {
		fprintf(stderr, "The region is not mapped by PTEs.\n");
		_exit(2);
	}
}`,
  child: String.raw`/* In a child: waits until it is killed, or its parent is gone. */
static void idle(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
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

const writeAll = 'memset(region, 0x5a, REGION);'
const writeBytes = String.raw`for (byte = 0; byte < REGION; byte += page)
		*(volatile char *)(region + byte) = 0x5a;`

function copyOnWrite(write: string): string {
  return `static double sample(void)
{
	double begin, time;
	pid_t child;
${write === writeBytes ? '	size_t byte;\n' : ''}
	populate();
	map_by_ptes();
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		idle();
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

/** `state`: what the writing of a task needs apart from its counter. */
function writeTogether(write: string, state = ''): string {
  return String.raw`/* Tasks that share the populated region write all of it at once; bytes per second, summed. */
static double sample(void)
{
	double *rates = mmap(NULL, TASKS * sizeof(*rates), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int start[2], ready[2], task;
	double sum = 0;
	pid_t tasks[TASKS];
	char byte = 0;

	populate();
	if (rates == MAP_FAILED || pipe(start) || pipe(ready))
		fail("pipe");
	for (task = 0; task < TASKS; task++) {
		tasks[task] = fork();
		if (tasks[task] < 0)
			fail("fork");
		if (tasks[task] == 0) {
			volatile uint64_t *words = (volatile uint64_t *)region;
			uint64_t count = REGION / sizeof(*words), i${state};
			double begin;

			close(start[1]);
			rates[task] = 0;
			if (write(ready[1], &byte, 1) != 1 || read(start[0], &byte, 1) != 0)
				_exit(1);
			begin = now_ns();
			${write}
			rates[task] = REGION * 1e9 / (now_ns() - begin);
			if (write(ready[1], &byte, 1) != 1)
				_exit(1);
			idle();
		}
	}
	for (task = 0; task < TASKS; task++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a task");
	close(start[1]);
	for (task = 0; task < TASKS; task++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a task");
	for (task = 0; task < TASKS; task++) {
		sum += rates[task];
		end(tasks[task]);
	}
	return sum;
}`
}

type Operation = Readonly<{ needs: readonly SharedPart[]; source: string }>

/** What is timed, and nothing beside it. */
export const operations: Readonly<Record<PublishedBenchmarkName, Operation>> = {
  remap: {
    needs: [],
    source: String.raw`static double sample(void)
{
	double begin, time;
	size_t folio;
	int failed = 0;

	populate();
	begin = now_ns();
	for (folio = 0; folio < REGION; folio += FOLIO)
		failed |= mprotect(region + folio, page, PROT_READ);
	time = now_ns() - begin;
	if (failed)
		fail("mprotect");
	return time;
}`,
  },
  munmap: {
    needs: ['ptes'],
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
  fork: {
    needs: ['ptes', 'child'],
    source: String.raw`static double sample(void)
{
	double begin, time;
	pid_t child;

	populate();
	map_by_ptes();
	begin = now_ns();
	child = fork();
	if (child == 0)
		idle();
	time = now_ns() - begin;
	if (child < 0)
		fail("fork");
	end(child);
	return time;
}`,
  },
  cow: { needs: ['ptes', 'child'], source: copyOnWrite(writeAll) },
  'cow-byte': { needs: ['ptes', 'child'], source: copyOnWrite(writeBytes) },
  'cow-reuse': { needs: ['ptes'], source: reuse(writeAll) },
  'cow-reuse-byte': { needs: ['ptes'], source: reuse(writeBytes) },
  'pte-dontneed': {
    needs: ['ptes'],
    source: String.raw`static double sample(void)
{
	double begin, time;
	size_t byte;
	int failed = 0;

	populate();
	map_by_ptes();
	begin = now_ns();
	for (byte = 0; byte < REGION; byte += page)
		failed |= madvise(region + byte, page, MADV_DONTNEED);
	time = now_ns() - begin;
	if (failed)
		fail("madvise(MADV_DONTNEED)");
	return time;
}`,
  },
  'anon-cow-seq': {
    needs: ['child'],
    source: writeTogether(`for (i = 0; i < count; i++)
				words[i] = i;`),
  },
  'anon-cow-rand': {
    needs: ['child', 'random'],
    source: writeTogether(
      `for (i = 0; i < count; i++)
				words[random_below(&seed, count)] = i;`,
      ', seed = task + 1',
    ),
  },
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
