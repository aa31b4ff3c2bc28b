#include "model/memory/memmap.hpp"

namespace folio::model {

Memmap::Memmap(unsigned order, std::uint64_t folios, std::uint64_t copyPages, bool withData)
    : order_(order),
      folioPages_(std::uint32_t{1} << order),
      folios_(folios),
      totalPages_(folios * folioPages_ + copyPages),
      memmap_(totalPages_ * sizeof(Page)),
      data_(withData ? totalPages_ * basePageBytes : 0),
      pages_(memmap_.at<Page>(0)) {
  for (std::uint64_t frame = 0; frame < totalPages_; ++frame) {
    mapcountOf(pages_[frame]) = -1;
    if (frame >= regionPages()) continue;
    const std::uint64_t inFolio = frame % folioPages_;
    if (inFolio == 0) {
      flagsOf(pages_[frame]) = order > 0 ? flag::large : 0;
    } else {
      headWordOf(pages_[frame]) = reinterpret_cast<std::uint64_t>(&pages_[frame - inFolio]) | 1;
    }
  }
}

}  // namespace folio::model
