// Every sample runs in a process of its own: single-threaded, so that no other thread of the same
// address space is in the way of TLB flushes, with a clean address space, and gone afterwards with
// all it used.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/sample_request.hpp"
#include "agent/worker_report.hpp"
#include "harness/child.hpp"
#include "harness/descriptor.hpp"
#include "harness/result.hpp"

namespace folio {

class Worker {
 public:
  // Forks. The child runs `body` and ends; it and its own children die with this process.
  static Result<Worker> start(const std::function<void(const ReportWriter&)>& body);

  // End of file on this descriptor means that the worker and its children are gone and their memory
  // is released: each holds the other end, and the kernel closes a dying process's files after it
  // has taken its memory back.
  int output() const { return output_.number(); }

  // Kills the worker and its children and waits until they are gone.
  void kill();
  // After end of file: how the worker ended when that was not of its own accord.
  std::optional<std::string> abnormalEnd();

 private:
  Worker(Child child, Descriptor output) : child_(std::move(child)), output_(std::move(output)) {}
  Child child_;
  Descriptor output_;
};

enum class WorkEnd { finished, abandoned };

// Runs `body` in a worker to its end and hands what it reports to `report`, whose error is the
// result when there is one. `waitForOutput` returns true when the descriptor it is given has
// something to read or is at its end, false to have everything killed at once.
Result<WorkEnd> runWorker(
    const std::function<void(const ReportWriter&)>& body, ReportReader& report,
    const std::function<bool(int output)>& waitForOutput = [](int) { return true; });

// What workers do.
Result<Sample> takeSample(const SampleRequest& request);
void countOperations(const model::ModelCase& modelCase, const ReportWriter& report);
void runPhoneScenario(const PhoneRequest& request, const ReportWriter& report);
void conditionMemory(std::uint64_t size, const ReportWriter& report);

}  // namespace folio
