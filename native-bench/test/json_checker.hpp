// Whether a text is one JSON value (RFC 8259) in valid UTF-8, for tests of those who write JSON.
#pragma once

#include <string_view>

namespace folio {

bool isJson(std::string_view text);

}  // namespace folio
