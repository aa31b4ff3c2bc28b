#include "agent/worker.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "agent/model_sample.hpp"
#include "harness/interruptions.hpp"
#include "harness/system_error.hpp"
#include "harness/text_file.hpp"
#include "host/phone.hpp"
#include "memory/memory_limit.hpp"
#include "memory/region.hpp"
#include "memory/thp_settings.hpp"

namespace folio {

namespace {

// Should memory run out in spite of all checks, the kernel takes a worker first. Raising the value
// is always allowed.
void volunteerForOutOfMemory() {
  (void)writeTextFile("/proc/self/oom_score_adj", "1000");
}

// Nothing a worker prints can get between the lines of the protocol, and it does not read the
// supervisor's input.
void detachStandardStreams() {
  const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  dup2(nothing.number(), STDIN_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
}

}  // namespace

Result<Worker> Worker::start(const std::function<void(const ReportWriter&)>& body) {
  auto pipe = makePipe();
  if (!pipe) return pipe.error();
  const pid_t supervisor = getpid();
  const pid_t pid = fork();
  if (pid < 0) return systemError("fork of a worker process");
  if (pid == 0) {
    dieWithParent(supervisor);
    volunteerForOutOfMemory();
    detachStandardStreams();
    pipe->readEnd.close();
    body(ReportWriter(pipe->writeEnd.number()));
    _exit(0);
  }
  return Worker(Child(pid), std::move(pipe->readEnd));
}

void Worker::kill() {
  child_.kill();
  std::array<char, 4096> discarded;
  while (read(output_.number(), discarded.data(), discarded.size()) > 0) continue;
}

std::optional<std::string> Worker::abnormalEnd() {
  const auto status = child_.wait();
  if (!status || (WIFEXITED(*status) && WEXITSTATUS(*status) == 0)) return std::nullopt;
  if (!WIFSIGNALED(*status))
    return "the worker process ended with status " + std::to_string(WEXITSTATUS(*status));
  const int signal = WTERMSIG(*status);
  return std::string("the worker process was ended by signal ") + std::to_string(signal) + " (" +
         strsignal(signal) + ")" + (signal == SIGKILL ? ": memory may have run out" : "");
}

Result<WorkEnd> runWorker(const std::function<void(const ReportWriter&)>& body,
                          ReportReader& report,
                          const std::function<bool(int output)>& waitForOutput) {
  auto worker = Worker::start(body);
  if (!worker) return worker.error();
  std::array<char, 4096> bytes;
  for (;;) {
    if (!waitForOutput(worker->output())) {
      worker->kill();
      return WorkEnd::abandoned;
    }
    const ssize_t count = read(worker->output(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    report.take({bytes.data(), static_cast<std::size_t>(count)});
  }
  if (const auto end = worker->abnormalEnd()) return Error{"failed", *end};
  if (const auto error = report.error()) return *error;
  return WorkEnd::finished;
}

Result<Sample> takeSample(const SampleRequest& request) {
  const InterruptionWatch watch;
  const auto* host = std::get_if<HostRequest>(&request);
  Result<Sample> sample = host != nullptr ? runHostSample(*host->benchmark, host->what)
                                          : takeModelSample(std::get<model::ModelCase>(request));
  if (sample) sample->checks.push_back(watch.check());
  return sample;
}

void countOperations(const model::ModelCase& modelCase, const ReportWriter& report) {
  const auto counts = model::countModelCase(modelCase);
  if (counts) {
    report.counts(*counts);
  } else {
    report.error(counts.error());
  }
  report.end();
}

void runPhoneScenario(const PhoneRequest& request, const ReportWriter& report) {
  const auto scenario = request.scheme
                            ? model::runPhoneScenario(*request.scheme, request.size, request.folio)
                            : runHostPhone(request.size, request.folio);
  if (scenario) {
    report.phone(*scenario);
  } else {
    report.error(scenario.error());
  }
  report.end();
}

void conditionMemory(std::uint64_t size, const ReportWriter& report) {
  if (const auto enough = requireMemory(size); !enough) return report.error(enough.error());
  auto region = Region::reserve(size);
  if (!region) return report.error(region.error());
  // Huge pages where they are to be had: the quickest way through the memory, and what samples will
  // ask for.
  const auto done = region->populate(pmdFolioBytes().value_or(size), [&](std::uint64_t bytes) {
    if (bytes < size) report.progress(bytes, size);
  });
  if (!done) return report.error(done.error());
  report.end();
}

}  // namespace folio
