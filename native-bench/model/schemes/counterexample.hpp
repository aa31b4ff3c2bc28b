// The defects of the series as it was posted (specification D.8), shown by running it.
#pragma once

#include <string>

namespace folio::model {

struct Counterexample {
  std::string text;  // what was done and what each form answered, for people
  bool reproduced;   // the posted form gave the wrong answer and the sound form the right one
};
// Two histories of mappings that make the posted series say "exclusive" wrongly: 71 mappings of an
// order-9 folio, and the forgotten count of order 2. And a zap that hides a reference of another.
Counterexample runCounterexample();

}  // namespace folio::model
