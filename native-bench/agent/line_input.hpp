// Lines from a descriptor, as they arrive.
#pragma once

#include <optional>
#include <string>

namespace folio {

class LineInput {
 public:
  explicit LineInput(int descriptor) : descriptor_(descriptor) {}

  struct Line {
    std::string text;
    bool isTooLong = false;  // then `text` is empty: the line was thrown away
  };

  // Reads once, waiting when there is nothing. False at the end of input.
  bool fill();
  // The next complete line that was read.
  std::optional<Line> takeLine();

  int descriptor() const { return descriptor_; }
  // So much waits to be taken that reading more would not help.
  bool isFull() const;
  bool hasEnded() const { return hasEnded_; }
  // Something that is not a complete line is left.
  bool hasPartialLine() const { return !buffer_.empty() || isDiscarding_; }

 private:
  int descriptor_;
  std::string buffer_;
  bool isDiscarding_ = false;  // inside a line that is too long
  bool hasEnded_ = false;
};

}  // namespace folio
