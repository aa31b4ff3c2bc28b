#include "agent/facts/gzip.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace folio {

namespace {

// Damage of any kind ends the unpacking; it is caught in unpackGzip() and nowhere else.
struct Damaged {};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  // RFC 1951 section 3.1.1: bits are packed starting with the least significant one.
  unsigned bits(unsigned count) {
    while (available_ < count) {
      held_ |= static_cast<std::uint32_t>(byte()) << available_;
      available_ += 8;
    }
    const unsigned value = held_ & ((1u << count) - 1);
    held_ >>= count;
    available_ -= count;
    return value;
  }

  void skipToByte() {
    held_ = 0;
    available_ = 0;
  }

  unsigned char byte() {
    if (bytes_.empty()) throw Damaged{};
    const auto value = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }

  std::uint32_t littleEndian(unsigned bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= static_cast<std::uint32_t>(byte()) << (8 * i);
    return value;
  }

 private:
  std::string_view bytes_;
  std::uint32_t held_ = 0;
  unsigned available_ = 0;
};

// A canonical Huffman code (RFC 1951 section 3.2.2): how many codes there are of each length, and
// the symbols in the order of their codes.
class HuffmanCode {
 public:
  explicit HuffmanCode(std::span<const unsigned char> lengths) : symbols_(lengths.size()) {
    for (const unsigned length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::size_t, maxLength + 1> next{};
    for (unsigned length = 1; length < maxLength; ++length)
      next[length + 1] = next[length] + counts_[length];
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != 0)
        symbols_[next[lengths[symbol]]++] = static_cast<unsigned short>(symbol);
    }
  }

  unsigned decode(BitReader& reader) const {
    unsigned code = 0;
    unsigned first = 0;
    std::size_t index = 0;
    for (unsigned length = 1; length <= maxLength; ++length) {
      code |= reader.bits(1);
      const unsigned count = counts_[length];
      if (code >= first && code - first < count) return symbols_[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw Damaged{};
  }

 private:
  static constexpr unsigned maxLength = 15;
  std::array<unsigned, maxLength + 1> counts_{};
  std::vector<unsigned short> symbols_;
};

// Symbols of the two codes of a block (RFC 1951 section 3.2.6 and 3.2.7).
constexpr std::size_t maxLiterals = 288;
constexpr std::size_t maxDistances = 32;

struct Range {
  unsigned short base;
  unsigned char extraBits;
};

// RFC 1951 section 3.2.5.
constexpr std::array<Range, 29> lengthRanges{
    {{3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
     {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
     {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}}};
constexpr std::array<Range, 30> distanceRanges{
    {{1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},
     {9, 2},     {13, 2},    {17, 3},    {25, 3},     {33, 4},     {49, 4},
     {65, 5},    {97, 5},    {129, 6},   {193, 6},    {257, 7},    {385, 7},
     {513, 8},   {769, 8},   {1025, 9},  {1537, 9},   {2049, 10},  {3073, 10},
     {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}}};

class Inflater {
 public:
  Inflater(BitReader& reader, std::size_t mostBytes) : reader_(reader), mostBytes_(mostBytes) {}

  std::string run() {
    bool isLast = false;
    while (!isLast) {
      isLast = reader_.bits(1) != 0;
      const unsigned type = reader_.bits(2);
      if (type == 0) {
        copyStored();
      } else if (type == 1) {
        unpackFixed();
      } else if (type == 2) {
        unpackDynamic();
      } else {
        throw Damaged{};
      }
    }
    return std::move(out_);
  }

 private:
  void put(char character) {
    if (out_.size() >= mostBytes_) throw Damaged{};
    out_ += character;
  }

  void copyStored() {
    reader_.skipToByte();
    const std::uint32_t length = reader_.littleEndian(2);
    if ((reader_.littleEndian(2) ^ 0xffff) != length) throw Damaged{};
    for (std::uint32_t i = 0; i < length; ++i) put(static_cast<char>(reader_.byte()));
  }

  void unpackFixed() {
    std::array<unsigned char, maxLiterals> literals;
    for (std::size_t i = 0; i < literals.size(); ++i) {
      literals[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    }
    std::array<unsigned char, maxDistances> distances;
    distances.fill(5);
    unpack(HuffmanCode(literals), HuffmanCode(distances));
  }

  void unpackDynamic() {
    const std::size_t literals = reader_.bits(5) + 257;
    const std::size_t distances = reader_.bits(5) + 1;
    const std::size_t codeLengths = reader_.bits(4) + 4;
    constexpr std::array<unsigned char, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};
    std::array<unsigned char, order.size()> ofCodes{};
    for (std::size_t i = 0; i < codeLengths; ++i)
      ofCodes[order[i]] = static_cast<unsigned char>(reader_.bits(3));
    const HuffmanCode lengthCode(ofCodes);
    std::array<unsigned char, maxLiterals + maxDistances> lengths{};
    for (std::size_t i = 0; i < literals + distances;) {
      const unsigned symbol = lengthCode.decode(reader_);
      if (symbol < 16) {
        lengths[i++] = static_cast<unsigned char>(symbol);
        continue;
      }
      if (symbol == 16 && i == 0) throw Damaged{};
      const unsigned char repeated = symbol == 16 ? lengths[i - 1] : 0;
      const unsigned times = symbol == 16   ? 3 + reader_.bits(2)
                             : symbol == 17 ? 3 + reader_.bits(3)
                                            : 11 + reader_.bits(7);
      if (i + times > literals + distances) throw Damaged{};
      for (unsigned k = 0; k < times; ++k) lengths[i++] = repeated;
    }
    const std::span all(lengths);
    unpack(HuffmanCode(all.first(literals)), HuffmanCode(all.subspan(literals, distances)));
  }

  void unpack(const HuffmanCode& literals, const HuffmanCode& distances) {
    constexpr unsigned endOfBlock = 256;
    for (;;) {
      const unsigned symbol = literals.decode(reader_);
      if (symbol == endOfBlock) return;
      if (symbol < endOfBlock) {
        put(static_cast<char>(symbol));
        continue;
      }
      if (symbol - 257 >= lengthRanges.size()) throw Damaged{};
      const std::size_t length = valueOf(lengthRanges[symbol - 257]);
      const unsigned distanceSymbol = distances.decode(reader_);
      if (distanceSymbol >= distanceRanges.size()) throw Damaged{};
      const std::size_t distance = valueOf(distanceRanges[distanceSymbol]);
      if (distance > out_.size()) throw Damaged{};
      for (std::size_t i = 0; i < length; ++i) put(out_[out_.size() - distance]);
    }
  }

  std::size_t valueOf(const Range& range) { return range.base + reader_.bits(range.extraBits); }

  BitReader& reader_;
  std::size_t mostBytes_;
  std::string out_;
};

void skipText(BitReader& reader) {
  while (reader.byte() != 0) continue;
}

void skipHeader(BitReader& reader) {
  constexpr unsigned headerChecksum = 2, extraField = 4, name = 8, comment = 16;
  if (reader.byte() != 0x1f || reader.byte() != 0x8b || reader.byte() != 8) throw Damaged{};
  const unsigned flags = reader.byte();
  for (int i = 0; i < 6; ++i) reader.byte();  // time, extra flags, operating system
  if ((flags & extraField) != 0) {
    for (std::uint32_t length = reader.littleEndian(2); length > 0; --length) reader.byte();
  }
  if ((flags & name) != 0) skipText(reader);
  if ((flags & comment) != 0) skipText(reader);
  if ((flags & headerChecksum) != 0) reader.littleEndian(2);
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffff;
  for (const char character : text) {
    crc ^= static_cast<unsigned char>(character);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

}  // namespace

std::optional<std::string> unpackGzip(std::string_view file, std::size_t mostBytes) {
  try {
    BitReader reader(file);
    skipHeader(reader);
    std::string text = Inflater(reader, mostBytes).run();
    reader.skipToByte();
    if (reader.littleEndian(4) != crc32(text)) return std::nullopt;
    if (reader.littleEndian(4) != static_cast<std::uint32_t>(text.size())) return std::nullopt;
    return text;
  } catch (const Damaged&) {
    return std::nullopt;
  }
}

}  // namespace folio
