#include "model/runner/phone.hpp"

#include <memory>

#include "model/memory/deferred_split.hpp"

namespace folio::model {

namespace {

std::uint64_t bytesInUse(Memmap& memmap, const Task& task) {
  std::uint64_t pages = task.nextCopyFrame - memmap.regionPages();
  for (std::uint64_t i = 0; i < memmap.folios(); ++i)
    if (memmap.folio(i).refcount() > 0) pages += memmap.folioPages();
  return pages * basePageBytes;
}

}  // namespace

std::vector<PhonePoint> runPhone(const CasePlan& plan, const SchemeOperations& scheme) {
  Memmap memmap(plan.order, plan.folios, plan.copyPages(), plan.withData());
  DeferredSplitQueue queue;
  const auto task = std::make_unique<Task>(memmap, queue, memmap.regionPages(), plan.copyPages());
  Mm parent(plan.pages(), plan.order, 1, plan.form);
  Mm child(plan.pages(), plan.order, 2, plan.form);
  for (std::uint64_t i = 0; i < plan.folios; ++i) {
    scheme.initialise(memmap.folio(i));
    scheme.populate(*task, parent, i);
    if (plan.order > 0) scheme.remap(*task, parent, i);
  }
  scheme.full.fork(*task, parent, child);
  scheme.full.zap(*task, child, 0, plan.pages());

  std::vector<PhonePoint> points;
  const auto note = [&](std::uint64_t writes) {
    points.push_back({writes, queue.length(), bytesInUse(memmap, *task)});
  };
  note(0);
  std::vector<std::uint64_t> pages(plan.folios);
  for (std::uint64_t write = 0; write < memmap.folioPages(); ++write) {
    for (std::uint64_t i = 0; i < plan.folios; ++i) pages[i] = i * memmap.folioPages() + write;
    scheme.full.writeAllShared(*task, parent, pages);
    note(write + 1);
  }
  return points;
}

}  // namespace folio::model
