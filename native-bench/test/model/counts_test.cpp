// Operation counts of every scheme against the tables of the specification: sections A to G per
// operation, H.3 per benchmark. Order 9, one mm, uncontended. A difference means that the model or
// the specification is wrong, never the test.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "model/memory/sub_ids.hpp"
#include "model/model.hpp"

namespace folio::model::test {
namespace {

constexpr std::uint64_t P = 512;
constexpr std::uint64_t folios = 4;

ModelCounts counts(const std::string& scheme, const std::string& benchmark,
                   WorkKind work = WorkKind::full) {
  ModelCase c;
  c.scheme = scheme;
  c.benchmark = benchmark;
  c.folioBytes = P * 4096;
  c.sizeBytes = folios * c.folioBytes;
  c.work = work;
  const Result<ModelCounts> result = countModelCase(c);
  REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
  return *result;
}

struct PerFolio {
  std::uint64_t m;
  std::uint64_t r;
  bool operator==(const PerFolio&) const = default;
};
doctest::String toString(const PerFolio& value) {
  return (std::to_string(value.m) + " / " + std::to_string(value.r)).c_str();
}

// Per folio; the totals must be multiples of the number of folios, otherwise this is not a uniform
// count.
PerFolio perFolio(const ModelCounts& c) {
  REQUIRE(c.mappingRmw % folios == 0);
  REQUIRE(c.referenceRmw % folios == 0);
  return {c.mappingRmw / folios, c.referenceRmw / folios};
}

// H.3; columns: remap, munmap, fork, cow per page, pte-dontneed; then what cow-reuse does in sum
// per folio.
struct Row {
  PerFolio remap, munmap, fork, cowPage, dontneed, reuse;
  std::uint64_t copiedAtOnce = 1;  // pages for which a fault takes and drops references (P.1)
};

// (6), (7): 511 of the 512 pages as given per page, the last one is reused with M 0, R 0.
constexpr PerFolio allButOne(std::uint64_t m, std::uint64_t r) {
  return {(P - 1) * m, (P - 1) * r};
}
constexpr PerFolio everyPage(std::uint64_t m, std::uint64_t r) {
  return {P * m, P * r};
}

const std::map<std::string, Row> tableH3{
    {"baseline", {{1026, 1}, {1024, 512}, {512, 512}, {1, 3}, {1024, 512}, allButOne(2, 3)}},
    {"mapcount", {{1539, 1}, {1536, 512}, {1024, 512}, {2, 3}, {1536, 512}, allButOne(3, 3)}},
    {"rmap-id", {{4617, 1}, {4608, 512}, {4096, 512}, {8, 3}, {4608, 512}, {0, 0}}},
    {"123", {{4104, 1}, {4096, 512}, {3584, 512}, {7, 3}, {4096, 512}, {0, 0}}},
    {"batch", {{1038, 2}, {4096, 512}, {3584, 512}, {7, 3}, {4096, 512}, {0, 0}}},
    {"exclusive", {{1030, 2}, {2048, 512}, {1536, 512}, {3, 3}, {2048, 512}, {0, 0}}},
    {"nocmpxchg", {{1030, 2}, {2048, 512}, {1536, 512}, {3, 3}, {2048, 512}, {0, 0}}},
    {"all", {{4, 2}, {1024, 512}, {1024, 512}, {2, 3}, {1024, 512}, {0, 0}}},
    {"double-map", {{513, 1}, {512, 512}, {512, 512}, {1, 3}, {512, 512}, allButOne(1, 3)}},
    // remap: 0 of its own, and 1 because the VMA is split behind the edge page, as the note below
    // the table says.
    {"vma-count", {{1, 1}, {1, 512}, {1, 512}, {0, 3}, {1, 512}, {0, 0}}},
    // cow: E.2 updates the number of mapped pages even if no page became unmapped.
    {"batch-zap", {{1026, 1}, {513, 514}, {512, 512}, {2, 3}, {1024, 1536}, allButOne(2, 3)}},
    {"upstream-6.8", {{1026, 1}, {1024, 512}, {512, 512}, {1, 3}, {1024, 512}, everyPage(2, 3)}},
    {"upstream-6.9", {{1026, 1}, {1024, 1}, {512, 1}, {1, 3}, {1024, 512}, everyPage(2, 3)}},
    {"upstream-6.10", {{1028, 1}, {1025, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(3, 3)}},
    {"upstream-6.12", {{517, 1}, {514, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(3, 3)}},
    {"mm-id", {{517, 1}, {514, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(1, 0)}},
    {"mm-id-nopagemapcount", {{3, 1}, {1, 1}, {1, 1}, {1, 3}, {512, 512}, everyPage(1, 0)}},
    // F.9: two sections; the entire mapcount is gone.
    {"mm-id-mapped-pages", {{2, 1}, {1, 1}, {1, 1}, {1, 3}, {512, 512}, everyPage(1, 0)}},
    {"mthp-reuse",
     {{1028, 1}, {1025, 1}, {513, 1}, {2, 3}, {1536, 512}, {0, 0}}},  // G: base F3, reuse M 0
    {"mthp-reuse:set=batch", {{1028, 1}, {1025, 1}, {513, 1}, {2, 3}, {1536, 512}, {0, 0}}},
    {"mm-id:copy=2", {{517, 1}, {514, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(1, 0), 2}},
    {"mm-id:copy=4", {{517, 1}, {514, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(1, 0), 4}},
    {"mm-id:copy=8", {{517, 1}, {514, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(1, 0), 8}},
    {"mm-id:copy=16", {{517, 1}, {514, 1}, {513, 1}, {2, 3}, {1536, 512}, everyPage(1, 0), 16}},
    {"double-map:reuse=scan", {{513, 1}, {512, 512}, {512, 512}, {1, 3}, {512, 512}, {0, 0}}},
};

TEST_CASE("counts per benchmark are those of table H.3") {
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    REQUIRE(tableH3.contains(name));
    const Row& row = tableH3.at(name);
    CHECK(perFolio(counts(name, "remap")) == row.remap);
    CHECK(perFolio(counts(name, "munmap")) == row.munmap);
    CHECK(perFolio(counts(name, "fork")) == row.fork);
    CHECK(perFolio(counts(name, "pte-dontneed")) == row.dontneed);
    for (const char* benchmark : {"cow", "cow-byte"}) {
      // vma-count counts nothing per page; its last page of a folio is also the parent's last
      // reference to it (B.2). Of mm-id's two RMWs a page, one is the mapcount of each page.
      const std::uint64_t faults = P / row.copiedAtOnce;
      const std::uint64_t mappings = row.copiedAtOnce == 1 ? P * row.cowPage.m : P + faults;
      CHECK(perFolio(counts(name, benchmark)) ==
            PerFolio{name == "vma-count" ? 1 : mappings, faults * row.cowPage.r});
    }
    for (const char* benchmark : {"cow-reuse", "cow-reuse-byte"})
      CHECK(perFolio(counts(name, benchmark)) == row.reuse);
  }
}

TEST_CASE("flag operations are those of H.3, A.4 and G.4") {
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    const bool doubleMap = name.starts_with("double-map");
    // remap sets AnonExclusive on every page; double-map only tests and clears its bit.
    CHECK(counts(name, "remap").flagRmw / folios == (doubleMap ? 1 : P));
    CHECK(counts(name, "fork").flagRmw / folios == (doubleMap ? 0 : P));
    CHECK(counts(name, "munmap").flagRmw == 0);
    const std::map<std::string, std::uint64_t> reuse{
        {"baseline", 3},
        {"mapcount", 3},
        {"batch-zap", 3},  // the last page: lock, unlock, AnonExclusive
        {"double-map", 2},
        {"double-map:reuse=scan", 2 * P},  // lock and unlock; the scan locks for every page
        {"upstream-6.8", 0},
        {"upstream-6.9", 0},
        {"upstream-6.10", 0},
        {"upstream-6.12", 0},
        {"mthp-reuse", P + 2},
        {"mthp-reuse:set=batch", P + 2}};
    CHECK(counts(name, "cow-reuse").flagRmw / folios ==
          (reuse.contains(name) ? reuse.at(name) : P));
  }
}

TEST_CASE("locks: two page-table locks per copy, and the deferred-split queue as in H.3") {
  const std::map<std::string, std::uint64_t> queueAtMunmap{{"batch-zap", 0},
                                                           {"upstream-6.9", 0},
                                                           {"upstream-6.10", 0},
                                                           {"upstream-6.12", 0},
                                                           {"mm-id", 0},
                                                           {"mm-id-nopagemapcount", 0},
                                                           {"mthp-reuse", 0},
                                                           {"vma-count", 0},
                                                           {"mm-id-mapped-pages", 0},
                                                           {"mthp-reuse:set=batch", 0},
                                                           {"mm-id:copy=2", 0},
                                                           {"mm-id:copy=4", 0},
                                                           {"mm-id:copy=8", 0},
                                                           {"mm-id:copy=16", 0}};
  const std::map<std::string, std::uint64_t> queueAtReuse{
      {"baseline", 1},     {"mapcount", 1},     {"batch-zap", 1},     {"double-map", 1},
      {"upstream-6.8", 2}, {"upstream-6.9", 2}, {"upstream-6.10", 2}, {"upstream-6.12", 2}};
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    CHECK(counts(name, "munmap").queueLocks / folios == (queueAtMunmap.contains(name) ? 0 : 2));
    CHECK(counts(name, "pte-dontneed").queueLocks / folios ==
          2);  // the first page queues, the free unlinks
    CHECK(counts(name, "cow-reuse").queueLocks / folios ==
          (queueAtReuse.contains(name) ? queueAtReuse.at(name) : 0));
    const ModelCounts cow = counts(name, "cow");
    CHECK(cow.queueLocks == 0);
    CHECK(cow.lockRmw == 2 * P / tableH3.at(name).copiedAtOnce * folios);
  }
}

// L.3: calls of a page and of a folio beside its pages.
struct Calls {
  std::uint64_t page;
  std::uint64_t folio;
};
struct CallRow {
  Calls remap, munmap, fork, cow, reuse, dontneed;
};

// Copies of pages whose last mapping goes, with one call for the deferred split each: of all but
// the last page, which is reused, or of all pages, where the last one does not call.
constexpr Calls copiesButOne{0, (P - 1) * (22 + 5 + 1) + 10 + 2};
constexpr Calls copies(std::uint64_t deferred) {
  return {0, P * (22 + 5) + deferred + 5};
}

// P.1: 12 of the 22 calls of a copy are once a block.
constexpr Calls copiesOf(std::uint64_t pages) {
  return {10, P / pages * 12};
}

const std::map<std::string, CallRow> tableL3{
    {"baseline", {{3, 13}, {14, 8}, {4, 5}, {22, 0}, copiesButOne, {31, 5}}},
    {"mapcount", {{3, 13}, {14, 8}, {5, 5}, {22, 0}, copiesButOne, {31, 5}}},
    {"rmap-id", {{4, 14}, {15, 8}, {6, 5}, {23, 0}, {11, 0}, {32, 5}}},
    {"123", {{4, 14}, {15, 8}, {6, 5}, {23, 0}, {11, 0}, {32, 5}}},
    {"batch", {{2, 16}, {15, 8}, {6, 5}, {23, 0}, {11, 0}, {32, 5}}},
    {"exclusive", {{2, 16}, {15, 8}, {6, 5}, {23, 0}, {11, 0}, {32, 5}}},
    {"nocmpxchg", {{2, 16}, {15, 8}, {6, 5}, {23, 0}, {11, 0}, {32, 5}}},
    {"all", {{2, 16}, {15, 8}, {6, 5}, {23, 0}, {11, 0}, {32, 5}}},
    {"double-map", {{1, 12}, {13, 8}, {4, 5}, {22, 0}, copiesButOne, {30, 5}}},
    {"double-map:reuse=scan", {{1, 12}, {13, 8}, {4, 5}, {22, 0}, {10, 0}, {30, 5}}},
    {"vma-count", {{1, 9}, {2, 14}, {2, 8}, {22, 0}, {10, 0}, {24, P - 1 + 10}}},
    {"batch-zap", {{2, 13}, {2, 14}, {4, 5}, {22, 0}, copiesButOne, {29, P - 1 + 5}}},
    {"upstream-6.8", {{1, 15}, {12, P - 1 + 8}, {4, 5}, {22, 0}, copies(P - 1), {29, P - 1 + 5}}},
    {"upstream-6.9", {{1, 15}, {0, 16}, {2, 7}, {22, 0}, copies(P - 1), {29, P - 1 + 5}}},
    {"upstream-6.10", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, copies(P - 1), {28, P - 1 + 5}}},
    {"upstream-6.12", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, copies(1), {28, 6}}},
    {"mm-id", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, {10, 0}, {28, 6}}},
    {"mm-id-nopagemapcount", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, {10, 0}, {23, 11}}},
    {"mm-id-mapped-pages", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, {10, 0}, {23, 11}}},
    {"mthp-reuse", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, {2, 7}, {28, P - 1 + 5}}},
    {"mthp-reuse:set=batch", {{1, 15}, {0, 15}, {2, 7}, {22, 0}, {0, 8}, {28, P - 1 + 5}}},
    {"mm-id:copy=2", {{1, 15}, {0, 15}, {2, 7}, copiesOf(2), {10, 0}, {28, 6}}},
    {"mm-id:copy=4", {{1, 15}, {0, 15}, {2, 7}, copiesOf(4), {10, 0}, {28, 6}}},
    {"mm-id:copy=8", {{1, 15}, {0, 15}, {2, 7}, copiesOf(8), {10, 0}, {28, 6}}},
    {"mm-id:copy=16", {{1, 15}, {0, 15}, {2, 7}, copiesOf(16), {10, 0}, {28, 6}}},
};

TEST_CASE("a migration unmaps and maps every page by itself, P.3") {
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    if (name == "vma-count") continue;  // holds no folio that moves
    const ModelCounts c = counts(name, "migrate");
    // Each page goes as in pte-dontneed, and comes at the same price.
    CHECK(perFolio(c) == PerFolio{2 * tableH3.at(name).dontneed.m, 2 * P + 3});
    // Two folio locks, taken and released; AnonExclusive cleared and set.
    CHECK(c.flagRmw / folios == 4 + (name.starts_with("double-map") ? 0 : 2 * P));
    CHECK(c.queueLocks / folios == 2);  // the first page queues the folio, its end takes it off
    CHECK(c.lockRmw / folios == 2 + 2);
    CHECK(c.outsideRmw / folios == P);
  }
}

TEST_CASE("calls are those of a compiled kernel, L.3") {
  const auto all = [](Calls calls) { return folios * (P * calls.page + calls.folio); };
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    REQUIRE(tableL3.contains(name));
    const CallRow& row = tableL3.at(name);
    CHECK(counts(name, "remap").calls == all(row.remap));
    CHECK(counts(name, "munmap").calls == all(row.munmap) + 2);  // one flush of the gather batch
    CHECK(counts(name, "fork").calls == all(row.fork));
    CHECK(counts(name, "pte-dontneed").calls == all(row.dontneed));
    for (const char* benchmark : {"cow", "cow-byte"})
      CHECK(counts(name, benchmark).calls == all(row.cow));
    for (const char* benchmark : {"cow-reuse", "cow-reuse-byte"})
      CHECK(counts(name, benchmark).calls == all(row.reuse));
  }
}

TEST_CASE("the free configurations count what their parts count") {
  const auto free = [](const char* exclusive, const char* scope, const char* batch,
                       const char* values, const char* pageCounts) {
    return std::string("free:exclusive=") + exclusive + ",scope=" + scope + ",batch=" + batch +
           ",values=" + values + ",pagecounts=" + pageCounts;
  };
  // The stages are points of the free configuration.
  const std::map<std::string, std::string> stages{
      {"rmap-id", free("off", "values", "none", "table", "on")},
      {"123", free("off", "values", "none", "precomputed", "on")},
      {"batch", free("off", "values", "remap", "precomputed", "on")},
      {"exclusive", free("cmpxchg", "values", "remap", "precomputed", "on")},
      {"nocmpxchg", free("add-return", "values", "remap", "precomputed", "on")},
      {"all", free("add-return", "all", "remap", "precomputed", "on")}};
  for (const auto& [stage, configuration] : stages)
    for (const char* benchmark : {"remap", "munmap", "fork", "cow"}) {
      CHECK(perFolio(counts(stage, benchmark)) == perFolio(counts(configuration, benchmark)));
      CHECK(counts(stage, benchmark).calls == counts(configuration, benchmark).calls);
    }
  // Everything on: two section RMWs per folio and operation.
  const std::string most = free("add-return", "all", "all", "precomputed", "off");
  CHECK(perFolio(counts(most, "munmap")) == PerFolio{2, 1});
  CHECK(perFolio(counts(most, "fork")) == PerFolio{2, 1});
  CHECK(perFolio(counts(most, "remap")) == PerFolio{4, 2});
}

TEST_CASE("the section with all mapcounts and shared writers counts what its parts do") {
  const std::string name = "free:exclusive=off,scope=all,batch=none,values=table,pagecounts=on";
  for (const char* benchmark : {"remap", "munmap", "fork", "cow"})
    CHECK(perFolio(counts(name, benchmark)) == perFolio(counts("rmap-id", benchmark)));
}

TEST_CASE("wide values are precomputed in folios up to order 5 and tables above") {
  const auto free = [](const char* values) {
    return std::string("free:exclusive=off,scope=values,batch=none,values=") + values +
           ",pagecounts=on";
  };
  CHECK(perFolio(counts(free("wide"), "munmap")) == perFolio(counts("rmap-id", "munmap")));
  ModelCase c;
  c.benchmark = "munmap";
  c.sizeBytes = c.folioBytes = 32 * std::uint64_t{4096};
  c.scheme = free("wide");
  const std::uint64_t wide = countModelCase(c)->mappingRmw;
  c.scheme = free("precomputed");
  CHECK(wide == countModelCase(c)->mappingRmw);
  CHECK(wide == 32 * (2 + 3 + 2));
}

// Section N: what an update of the total and the values costs, once for a change of entries of
// pages
// (`pages`), once for one of the entry that covers the folio, and whether all mapcounts are inside.
struct IdeaRow {
  std::string base;
  std::string idea;
  std::uint64_t pages;
  std::uint64_t entire;
  bool plainMapcounts;
};

const std::string off = "exclusive=off,scope=values";
const std::string offAll = "exclusive=off,scope=all";
const std::string cmpxchg = "exclusive=cmpxchg,scope=values";
const std::string addReturn = "exclusive=add-return,scope=values";
const std::string all = "exclusive=add-return,scope=all";

const std::vector<IdeaRow> tableN{
    {off, "none", 6, 6, false},
    {offAll, "none", 6, 6, false},
    {cmpxchg, "none", 2, 2, false},
    {all, "none", 2, 2, true},
    // Of a dense id one group of bits is not 0.
    {off, "skip-zero", 4, 4, false},
    {cmpxchg, "skip-zero", 2, 2, false},
    {addReturn, "skip-zero", 2, 2, false},
    {all, "skip-zero", 2, 2, true},
    {off, "lock", 1, 1, false},
    {offAll, "lock", 1, 1, true},
    {off, "entire-untracked", 6, 3, false},
    {cmpxchg, "entire-untracked", 2, 2, false},
    {addReturn, "entire-untracked", 2, 2, false},
    {all, "entire-untracked", 2, 2, true},
    {off, "total-in-sequence", 5, 5, false},
    {off, "spread", 6, 6, false},
    {cmpxchg, "spread", 2, 2, false},
    {addReturn, "spread", 2, 2, false},
    {all, "spread", 2, 2, true},
    {off, "squeezed", 6, 6, false},
    {cmpxchg, "squeezed", 2, 2, false},
    {addReturn, "squeezed", 2, 2, false},
    {all, "squeezed", 2, 2, true},
    {off, "narrow", 11, 11, false},
    {cmpxchg, "narrow", 2, 2, false},
    {addReturn, "narrow", 2, 2, false},
    {all, "narrow", 2, 2, true},
    {cmpxchg, "give-up", 2, 2, false},
    {addReturn, "give-up", 2, 2, false},
    {all, "give-up", 2, 2, true},
};

std::string withIdea(const std::string& base, const std::string& idea) {
  return "free:" + base + ",batch=remap,values=precomputed,pagecounts=on" +
         (idea == "none" ? "" : ",idea=" + idea);
}

TEST_CASE("ideas count what section N derives") {
  for (const IdeaRow& row : tableN) {
    const std::string name = withIdea(row.base, row.idea);
    CAPTURE(name);
    const std::uint64_t page = row.plainMapcounts ? 0 : 1;  // a mapcount, or a number of pages
    CHECK(perFolio(counts(name, "remap")) ==
          PerFolio{page * (2 * P + 2) + row.pages + row.entire, 2});
    CHECK(perFolio(counts(name, "munmap")) == PerFolio{P * (2 * page + row.pages), P});
    CHECK(perFolio(counts(name, "pte-dontneed")) == PerFolio{P * (2 * page + row.pages), P});
    CHECK(perFolio(counts(name, "fork")) == PerFolio{P * (page + row.pages), P});
    CHECK(perFolio(counts(name, "cow")) == PerFolio{P * (page + row.pages), P * 3});
    CHECK(perFolio(counts(name, "cow-reuse")) == PerFolio{0, 0});
    const ModelCounts accounting = counts(name, "remap", WorkKind::accounting);
    CHECK(accounting.mappingRmw == counts(name, "remap").mappingRmw);
  }
}

TEST_CASE("with random rmap IDs as many values are changed as groups of the id are not 0") {
  const std::string name = withIdea(off, "skip-zero") + ",ids=random";
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    std::mt19937_64 random(seed);
    const auto id =
        static_cast<std::uint32_t>(random() % largestSoundClass3Id + 1);  // the parent's
    std::uint64_t values = 0;
    for (unsigned g = 0; g < class3.values; ++g) values += idGroup(class3, id, g) != 0 ? 1 : 0;
    CAPTURE(id);
    ModelCase c;
    c.scheme = name;
    c.benchmark = "munmap";
    c.sizeBytes = c.folioBytes = P * 4096;
    c.seed = seed;
    CHECK(countModelCase(c)->mappingRmw == P * (2 + 3 + values));
  }
}

// Section M: per page of a folio of one page; calls beside those of a table of entries.
struct SmallRow {
  std::uint64_t forkFlags, reuseFlags;
  std::uint64_t munmapCalls, forkCalls;
};
const std::map<std::string, SmallRow> tableM{
    {"double-map", {0, 2, 12, 4}},
    {"double-map:reuse=scan", {0, 2, 12, 4}},
    {"vma-count", {1, 3, 12, 4}},
    {"batch-zap", {1, 3, 12, 4}},
    {"baseline", {1, 3, 13, 4}},
    {"mapcount", {1, 3, 13, 5}},
    {"rmap-id", {1, 3, 13, 5}},
    {"123", {1, 3, 13, 5}},
    {"batch", {1, 3, 13, 5}},
    {"exclusive", {1, 3, 13, 5}},
    {"nocmpxchg", {1, 3, 13, 5}},
    {"all", {1, 3, 13, 5}},
    {"upstream-6.8", {1, 3, 12, 4}},
    {"upstream-6.9", {1, 3, 12, 4}},
    {"upstream-6.10", {1, 3, 11, 4}},
    {"upstream-6.12", {1, 3, 11, 4}},
    {"mm-id", {1, 3, 11, 4}},
    {"mm-id-nopagemapcount", {1, 3, 11, 4}},
    {"mthp-reuse", {1, 3, 11, 4}},
    {"mthp-reuse:set=batch", {1, 3, 11, 4}},
    {"mm-id-mapped-pages", {1, 3, 11, 4}},
    {"mm-id:copy=2", {1, 3, 11, 4}},
    {"mm-id:copy=4", {1, 3, 11, 4}},
    {"mm-id:copy=8", {1, 3, 11, 4}},
    {"mm-id:copy=16", {1, 3, 11, 4}},
};

TEST_CASE("folios of one page count one mapcount in every scheme, as section M says") {
  constexpr std::uint64_t tables = 4;
  constexpr std::uint64_t pages = tables * P;
  const auto small = [](const std::string& scheme, const char* benchmark) {
    ModelCase c;
    c.scheme = scheme;
    c.benchmark = benchmark;
    c.folioBytes = 4096;
    c.sizeBytes = pages * 4096;
    const Result<ModelCounts> result = countModelCase(c);
    REQUIRE(result.ok());
    return *result;
  };
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    REQUIRE(tableM.contains(name));
    const SmallRow& row = tableM.at(name);
    for (const char* benchmark : {"munmap", "fork", "pte-dontneed"}) {
      CAPTURE(std::string(benchmark));
      CHECK(small(name, benchmark).mappingRmw == pages);
      CHECK(small(name, benchmark).referenceRmw == pages);
      CHECK(small(name, benchmark).queueLocks == 0);
    }
    CHECK(small(name, "cow").mappingRmw == pages);
    CHECK(small(name, "cow").referenceRmw == 3 * pages);
    CHECK(small(name, "cow").lockRmw == 2 * pages);
    CHECK(small(name, "cow-reuse").mappingRmw == 0);
    CHECK(small(name, "cow-reuse").referenceRmw == 0);
    CHECK(small(name, "fork").flagRmw == row.forkFlags * pages);
    CHECK(small(name, "cow-reuse").flagRmw == row.reuseFlags * pages);
    CHECK(small(name, "munmap").calls == row.munmapCalls * pages + tables * 3 + 2);
    CHECK(small(name, "fork").calls == row.forkCalls * pages + tables * 5);
    CHECK(small(name, "pte-dontneed").calls == (row.munmapCalls + 17) * pages);
    CHECK(small(name, "cow").calls == 22 * pages);
    CHECK(small(name, "cow-reuse").calls == 10 * pages);
  }
}

TEST_CASE("every free configuration runs, and its counts do not grow with any optimisation") {
  for (const std::string& name : freeConfigurationNames()) {
    CAPTURE(name);
    // But for 8 values of 32 bits, which are more than the 4 of 64.
    if (name.find("narrow") == std::string::npos)
      CHECK(counts(name, "munmap").mappingRmw <= counts("rmap-id", "munmap").mappingRmw);
  }
}

TEST_CASE("accounting work does the same mapping operations and nothing else") {
  for (const SchemeInfo& scheme : schemes()) {
    const std::string name(scheme.name);
    CAPTURE(name);
    for (const char* benchmark : {"remap", "munmap", "fork", "cow", "pte-dontneed", "migrate"}) {
      CAPTURE(std::string(benchmark));
      if (name == "vma-count" && benchmark == std::string("migrate")) continue;
      const ModelCounts full = counts(name, benchmark);
      const ModelCounts accounting = counts(name, benchmark, WorkKind::accounting);
      CHECK(accounting.mappingRmw == full.mappingRmw);
      CHECK(accounting.referenceRmw == 0);
      CHECK(accounting.outsideRmw == 0);
      CHECK(accounting.lockRmw == accounting.queueLocks);
    }
  }
}

}  // namespace
}  // namespace folio::model::test
