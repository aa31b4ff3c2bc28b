#include "agent/line_input.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "agent/request_line.hpp"

namespace folio {

bool LineInput::fill() {
  std::array<char, 4096> bytes;
  ssize_t count = 0;
  do count = read(descriptor_, bytes.data(), bytes.size());
  while (count < 0 && errno == EINTR);
  if (count <= 0) {
    hasEnded_ = true;
    return false;
  }
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<LineInput::Line> LineInput::takeLine() {
  const auto end = buffer_.find('\n');
  if (end == std::string::npos) {
    if (buffer_.size() > maxLineBytes) {
      isDiscarding_ = true;
      buffer_.clear();
    }
    return std::nullopt;
  }
  Line line{buffer_.substr(0, end), isDiscarding_ || end > maxLineBytes};
  buffer_.erase(0, end + 1);
  isDiscarding_ = false;
  if (line.isTooLong) line.text.clear();
  return line;
}

bool LineInput::isFull() const {
  // Requests wait for their turn here; a sender that has this many outstanding can wait as well.
  return buffer_.size() > 16 * maxLineBytes;
}

}  // namespace folio
