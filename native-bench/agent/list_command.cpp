// facts and list: what this machine is and what can be measured on it.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "agent/commands.hpp"
#include "agent/facts/facts.hpp"
#include "agent/human_units.hpp"
#include "host/benchmark.hpp"
#include "memory/thp_settings.hpp"
#include "model/model.hpp"

namespace folio {

namespace {

bool refuseWords(const char* command, std::span<char*> words) {
  if (words.empty()) return false;
  std::fprintf(stderr, "folio-agent %s: takes no further words, and '%s' is one\n", command,
               words.front());
  return true;
}

template <class Range>
void printTable(const char* title, const Range& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.name.size());
  std::printf("%s\n", title);
  for (const auto& row : rows) {
    std::printf("  %-*s  %s\n", static_cast<int>(width), std::string(row.name).c_str(),
                std::string(row.summary).c_str());
  }
}

struct SwitchRow {
  std::string_view name;
  std::string summary;
};

std::vector<SwitchRow> switchRows() {
  std::vector<SwitchRow> rows;
  for (const model::SwitchInfo& each : model::switches())
    rows.push_back({each.name, each.words + ": " + std::string(each.summary)});
  return rows;
}

}  // namespace

int factsCommand(std::span<char*> words) {
  if (refuseWords("facts", words)) return statusMisused;
  JsonWriter json;
  writeFacts(json);
  std::printf("%s\n", json.written().c_str());
  return 0;
}

int listCommand(std::span<char*> words) {
  if (refuseWords("list", words)) return statusMisused;
  std::vector<Benchmark> benchmarks;
  for (const Benchmark* benchmark : hostBenchmarks()) benchmarks.push_back(*benchmark);
  printTable("Benchmarks of the running kernel (target host):", benchmarks);
  std::printf("\nFolio sizes that this kernel offers, and their setting:\n");
  for (const FolioSize& size : folioSizes()) {
    std::printf("  %-8s  %s\n", formatSize(size.folioBytes).c_str(), size.enabled.c_str());
  }
  std::printf("\n");
  printTable("Benchmarks of the model (target model):", model::benchmarks());
  std::printf("\n");
  printTable("Schemes of the model:", model::schemes());
  std::printf("\n");
  printTable(
      "Free configurations of the model, free:exclusive=off,scope=values,... with a word for each:",
      switchRows());
  std::printf(
      "  An mm needs an rmap ID of its own. With values=precomputed, and with the stages from 123 "
      "on,\n  there are 2,097,151 for folios of 256 KiB to 2 MiB, fewer than a kernel allows "
      "processes and\n  threads (4,194,304); 65,535 with idea=narrow; otherwise 16,777,215.\n\n");
  printTable("Returns of the model, for schemes and free configurations:", model::returnKinds());
  return 0;
}

}  // namespace folio
