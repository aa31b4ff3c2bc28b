// Child processes that cannot outlive the process that made them.
#pragma once

#include <sys/types.h>

#include <optional>

namespace folio {

// To be called first in a new process: the kernel kills it as soon as `parent` ends, however that
// ends.
void dieWithParent(pid_t parent);

// The life of a child that has nothing to do but to exist: to be called first in it.
[[noreturn]] void waitToBeKilled(pid_t parent);

// Owns a child: kills it and waits for its end, so that its memory is released, when the owner goes
// away.
class Child {
 public:
  Child() = default;
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child() { kill(); }

  pid_t pid() const { return pid_; }
  // False as soon as the child has ended, also before it was waited for.
  bool isAlive() const;
  // Waits for the child's end; its wait status, or nothing when there is no child to wait for.
  std::optional<int> wait();
  void kill();

 private:
  pid_t pid_ = -1;
};

}  // namespace folio
