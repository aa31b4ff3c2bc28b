// File descriptors with an owner.
#pragma once

#include <unistd.h>

#include <string_view>
#include <utility>

#include "harness/result.hpp"

namespace folio {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool isOpen() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor readEnd;
  Descriptor writeEnd;
};

Result<Pipe> makePipe();

// Writes all of `bytes`, also when the kernel takes them in parts.
Result<Done> writeAll(int descriptor, std::string_view bytes);

}  // namespace folio
