/*
 * A plugin of QEMU that counts the instructions executed between two marks, by the address of the
 * block of code that they are in.
 *
 * A mark is an instruction of the agent that does nothing (harness/marks.hpp). At the first one
 * counting begins; at the second one what was counted is written to the descriptor of the argument
 * `fd`, as lines `ADDRESS INSTRUCTIONS` of hexadecimal and decimal numbers and a line `end`.
 * A machine with one processor is expected: nothing here is locked.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin/qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))

/* QEMU refuses a plugin whose version is not among those that it knows. */
EXPORT int qemu_plugin_version = FOLIO_PLUGIN_INTERFACE;

/* What marks are on a kind of processor: the same in every build of the agent. */
struct marks {
  size_t bytes;
  unsigned char begin[8];
  unsigned char end[8];
};

/* nopl MARK(%rax,%rax) */
static const struct marks x86_marks = {
    8, {0x0f, 0x1f, 0x84, 0x00, 'F', 'o', 'l', '1'}, {0x0f, 0x1f, 0x84, 0x00, 'F', 'o', 'l', '2'}};
/* movz xzr, MARK */
static const struct marks arm_marks = {4, {0x3f, 0xc6, 0x88, 0xd2}, {0x5f, 0xc6, 0x88, 0xd2}};
static const struct marks *marks;

/* A block as it was translated; one that is translated anew is found again. */
struct block {
  uint64_t address;
  uint64_t instructions; /* as QEMU names them */
  uint64_t executions;
  uint64_t surely;    /* of the instructions, those that each execution executes */
  uint64_t last_ones; /* executions of the last instruction, where that is not sure */
  struct block *next_of_bucket;
  struct block *next_counted;
};

enum { buckets = 1 << 16 };
static struct block *table[buckets];
static struct block *counted;
static bool is_counting;
static int output = -1;
static int interface;

static struct block *find_block(uint64_t address, uint64_t instructions) {
  struct block **bucket = &table[(address ^ address >> 16 ^ instructions << 7) % buckets];
  for (struct block *known = *bucket; known != NULL; known = known->next_of_bucket)
    if (known->address == address && known->instructions == instructions) return known;
  struct block *made = calloc(1, sizeof *made);
  if (made == NULL) abort();
  made->address = address;
  made->instructions = instructions;
  made->next_of_bucket = *bucket;
  *bucket = made;
  return made;
}

static void execute_block(unsigned int cpu, void *data) {
  (void)cpu;
  struct block *block = data;
  if (!is_counting) return;
  if (block->executions++ == 0) {
    block->next_counted = counted;
    counted = block;
  }
}

static void execute_last(unsigned int cpu, void *data) {
  (void)cpu;
  struct block *block = data;
  if (is_counting) ++block->last_ones;
}

static void begin(unsigned int cpu, void *data) {
  (void)cpu, (void)data;
  is_counting = true;
}

static void end(unsigned int cpu, void *data) {
  (void)cpu, (void)data;
  is_counting = false;
  while (counted != NULL) {
    struct block *block = counted;
    dprintf(output, "%" PRIx64 " %" PRIu64 "\n", block->address,
            block->executions * block->surely + block->last_ones);
    block->executions = 0;
    block->last_ones = 0;
    counted = block->next_counted;
  }
  dprintf(output, "end\n");
}

static bool is_mark(const struct qemu_plugin_insn *instruction, const unsigned char *mark) {
  unsigned char copy[sizeof marks->begin];
  if (qemu_plugin_insn_size(instruction) != marks->bytes) return false;
  const void *bytes = qemu_plugin_insn_data(instruction, copy, marks->bytes);
  return memcmp(interface < 3 ? bytes : copy, mark, marks->bytes) == 0;
}

/*
 * QEMU 7.2 names an instruction that crosses into the next page as the last of its block, and then
 * leaves it to a block of its own: what touches the end of a page is counted by itself. Only on
 * x86-64, with its pages, do instructions cross.
 */
static bool is_last_unsure(const struct qemu_plugin_insn *last, size_t count) {
  const uint64_t page = 4096;
  const uint64_t start = qemu_plugin_insn_vaddr(last);
  const uint64_t end = start + qemu_plugin_insn_size(last);
  return count > 1 && start / page != end / page;
}

static void translate_block(qemu_plugin_id_t id, struct qemu_plugin_tb *translated) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(translated);
  struct block *block = find_block(qemu_plugin_tb_vaddr(translated), count);
  qemu_plugin_register_vcpu_tb_exec_cb(translated, execute_block, QEMU_PLUGIN_CB_NO_REGS, block);
  struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(translated, count - 1);
  block->surely = count;
  if (is_last_unsure(last, count)) {
    block->surely = count - 1;
    qemu_plugin_register_vcpu_insn_exec_cb(last, execute_last, QEMU_PLUGIN_CB_NO_REGS, block);
  }
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(translated, i);
    if (is_mark(instruction, marks->begin))
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
    else if (is_mark(instruction, marks->end))
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, end, QEMU_PLUGIN_CB_NO_REGS, NULL);
  }
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count,
                               char **words) {
  for (int i = 0; i < count; ++i)
    if (strncmp(words[i], "fd=", 3) == 0) output = atoi(words[i] + 3);
  if (output < 0) return 1;
  interface = info->version.cur;
  marks = strcmp(info->target_name, "aarch64") == 0 ? &arm_marks : &x86_marks;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate_block);
  return 0;
}
