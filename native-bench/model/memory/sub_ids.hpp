// rmap IDs are cut into groups of bits; group g selects the sub-ID that is added to rmap value g
// for every mapping of the mm. Sums of sub-IDs are unique, which is what makes "exclusive?" exact
// (specification D.3, D.7.1).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace folio::model {

// Sub-ID number `number` for base B: its binary digits read in base B.
constexpr std::uint64_t subId(std::uint64_t base, std::uint32_t number) {
  std::uint64_t sum = 0;
  std::uint64_t power = 1;
  for (; number != 0; number >>= 1, power *= base)
    if ((number & 1) != 0) sum += power;
  return sum;
}

// The same by generations: generation N repeats all numbers so far with B^(N-1) added.
template <unsigned digits>
constexpr std::array<std::uint64_t, std::size_t{1} << digits> subIdTable(std::uint64_t base) {
  std::array<std::uint64_t, std::size_t{1} << digits> table{};
  std::uint64_t power = 1;
  for (std::size_t size = 1; size < table.size(); size *= 2, power *= base)
    for (std::size_t i = 0; i < size; ++i) table[size + i] = table[i] + power;
  return table;
}

// A class of folio orders that share a number of rmap values (D.3.2).
struct ValueClass {
  unsigned values;        // R
  unsigned digits;        // id bits per value
  unsigned largestOrder;  // the base is one more than the pages of this order

  constexpr std::uint64_t base() const { return (std::uint64_t{1} << largestOrder) + 1; }
  constexpr unsigned idBits() const { return values * digits; }
};

inline constexpr ValueClass class1{1, 24, 2};
inline constexpr ValueClass class2{2, 12, 5};
inline constexpr ValueClass class3Posted{
    3, 8, 9};  // 513^8 exceeds 2^64: wrong "exclusive" with 71 mappings (D.8)
inline constexpr ValueClass class3{3, 7, 9};  // sound: 513^7 fits, 21 id bits
inline constexpr ValueClass class4{4, 6, 10};
inline constexpr ValueClass class5{5, 5, 12};
inline constexpr ValueClass class6{6, 4, 15};
inline constexpr ValueClass class8{8, 3, 21};    // in no kernel
inline constexpr ValueClass class12{12, 2, 30};  // in no kernel

// Values of 32 bits, an idea of the series' cover letter (specification N.6).
inline constexpr ValueClass classNarrow{8, 2, 15};

inline constexpr std::array valueClasses{class1, class2, class3Posted, class3, class4,
                                         class5, class6, class8,       class12};

inline constexpr unsigned mostValues = 12;
inline constexpr unsigned largestKernelOrder = 15;  // class 6 is the last one of the series
inline constexpr std::uint32_t largestRmapId = (1u << 24) - 1;
inline constexpr std::uint32_t largestSoundClass3Id = (1u << 21) - 1;

// Which of the two forms of D.8 a scheme takes.
enum class Form : std::uint8_t { sound, posted };

enum class RmapValues : std::uint8_t {
  none,
  table,        // patch 7: 4, 5 or 6 values, sub-IDs looked up by id bits
  precomputed,  // patch 11: 1, 2 or 3 values for orders up to 9, sub-IDs kept in the mm; tables
                // above
  wide,  // precomputed in the classes of 1 and 2 values, tables above: 24 id bits at every order
};

// What `wide` is for folios of an order: one of the other two, so that it needs no code of its own.
constexpr RmapValues valuesAt(RmapValues values, unsigned order) {
  if (values != RmapValues::wide) return values;
  return order <= class2.largestOrder ? RmapValues::precomputed : RmapValues::table;
}

constexpr ValueClass valueClassFor(RmapValues values, Form form, unsigned order) {
  if (values == RmapValues::precomputed) {
    if (order <= class1.largestOrder) return class1;
    if (order <= class2.largestOrder) return class2;
    if (order <= class3.largestOrder) return form == Form::posted ? class3Posted : class3;
  }
  if (order <= class4.largestOrder) return class4;
  if (order <= class5.largestOrder) return class5;
  if (order <= class6.largestOrder) return class6;
  if (order <= class8.largestOrder) return class8;
  return class12;
}

// How many mms can have an id at a time is limited by the bits of the class: fewer than a kernel
// allows processes and threads (PID_MAX_LIMIT, 2^22) for the sound third class alone.
constexpr std::uint32_t largestIdFor(RmapValues values, Form form, unsigned order) {
  const ValueClass valueClass = valueClassFor(valuesAt(values, order), form, order);
  return std::min(largestRmapId, (1u << valueClass.idBits()) - 1);
}

constexpr std::uint32_t idGroup(const ValueClass& valueClass, std::uint32_t id, unsigned group) {
  return (id >> (group * valueClass.digits)) & ((1u << valueClass.digits) - 1);
}

// The sub-ID of value `group` straight from the definition; the hot paths use tables and
// precomputed values.
constexpr std::uint64_t subIdOf(const ValueClass& valueClass, std::uint32_t id, unsigned group) {
  return subId(valueClass.base(), idGroup(valueClass, id, group));
}

inline constexpr auto class4Table = subIdTable<class4.digits>(class4.base());
inline constexpr auto class5Table = subIdTable<class5.digits>(class5.base());
inline constexpr auto class6Table = subIdTable<class6.digits>(class6.base());
inline constexpr auto class8Table = subIdTable<class8.digits>(class8.base());
inline constexpr auto classNarrowTable = subIdTable<classNarrow.digits>(classNarrow.base());
inline constexpr auto class12Table = subIdTable<class12.digits>(class12.base());

// What an mm keeps: its id and, for the classes of patch 11, the sub-IDs computed at its creation.
struct MmRmapId {
  std::uint32_t id = 0;
  std::array<std::uint64_t, 1> class1SubIds{};
  std::array<std::uint64_t, 2> class2SubIds{};
  std::array<std::uint64_t, 3> class3SubIds{};

  constexpr MmRmapId() = default;
  constexpr MmRmapId(std::uint32_t rmapId, Form form) : id(rmapId) {
    const ValueClass third = form == Form::posted ? class3Posted : class3;
    for (unsigned g = 0; g < 1; ++g) class1SubIds[g] = subIdOf(class1, id, g);
    for (unsigned g = 0; g < 2; ++g) class2SubIds[g] = subIdOf(class2, id, g);
    for (unsigned g = 0; g < 3; ++g) class3SubIds[g] = subIdOf(third, id, g);
  }
};

}  // namespace folio::model
