# The schemes as they are measured: compiled as the kernel is, and once for each way in which a
# kernel's functions return (docs/schemes.md, section L).
#
# The compiler writes assembly once. Each kind is that text, assembled behind a file that says what
# `ret` is there, and a thunk to return through: as the kernel patches its return sites when it
# boots. The code of all kinds lies alike, but for `stuffing`, which adds an instruction to every
# call.

set(folio_return_thunks safe-ret untrained stuffing aligned-thunk)

# Options of the kernel's own build, as far as they mean something outside it. Registers of the FPU
# are left alone, as there. Sibling calls are none, so that each function that is counted as a call
# returns (specification L.1).
set(folio_kernel_options -fno-strict-aliasing -fno-strict-overflow -fno-delete-null-pointer-checks -fno-jump-tables
    -fno-optimize-sibling-calls)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND folio_kernel_options
    -mno-red-zone -fcf-protection=none -mindirect-branch=thunk-extern -mindirect-branch-cs-prefix -mgeneral-regs-only)
  set(folio_assembler_option -Wa,-mbranches-within-32B-boundaries)
endif()

# The kernel's optimisation. Two copies of one scheme differed by up to 9 % by where their loops
# lay; with the alignments by what noise makes. The assembler's keeps branches off the ends of
# 32-byte blocks, which costs on Intel cores from Skylake to Cascade Lake (the JCC erratum).
set(folio_measuring_options $<$<CONFIG:Release>:-O2 -falign-functions=64 -falign-loops=32 ${folio_assembler_option}>)

function(folio_add_measured_schemes library)
  if(FOLIO_SCHEMES_FROM)
    foreach(kind plain ${folio_return_thunks})
      folio_link_kind(${library} ${FOLIO_SCHEMES_FROM}/returns/${kind}.o)
    endforeach()
    target_compile_definitions(${library} PRIVATE FOLIO_MODEL_RETURN_THUNKS)
    return()
  endif()

  add_library(folio_model_measured OBJECT ${ARGN})
  folio_options(folio_model_measured)
  set_target_properties(folio_model_measured PROPERTIES UNITY_BUILD OFF) # to compile side by side
  if(FOLIO_TEST_SLOW_EXCLUSIVE)
    target_compile_definitions(folio_model_measured PRIVATE FOLIO_TEST_SLOW_EXCLUSIVE)
  endif()
  target_compile_definitions(folio_model_measured PRIVATE
    FOLIO_MODEL_ACCESS=folio::model::Measured FOLIO_MODEL_SCHEMES=folio_schemes_plain)
  target_compile_options(folio_model_measured PRIVATE
    ${folio_kernel_options} ${folio_measuring_options})

  # Sanitizers report by walking stacks and add returns of their own: there, and on other
  # processors, returns are plain.
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" OR "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG}" MATCHES "-fsanitize")
    target_sources(${library} PRIVATE $<TARGET_OBJECTS:folio_model_measured>)
    return()
  endif()

  # -fno-gnu-unique: no symbol may be shared between the kinds. With -S the `objects` are assembly.
  target_compile_options(folio_model_measured PRIVATE -S -fno-gnu-unique)
  foreach(kind plain ${folio_return_thunks})
    folio_assemble_kind(${kind} ${ARGN})
    folio_link_kind(${library} ${CMAKE_CURRENT_BINARY_DIR}/returns/${kind}.o)
  endforeach()
  target_compile_definitions(${library} PRIVATE FOLIO_MODEL_RETURN_THUNKS)
endfunction()

# One object with all schemes of a kind. Its only global symbol is their list: what templates define
# would otherwise be merged with that of the other kinds.
function(folio_assemble_kind kind)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/returns)
  file(MAKE_DIRECTORY ${directory}/${kind})
  set(thunk ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/thunk_${kind}.s)
  set(sites ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/sites_thunk.s)
  if(kind STREQUAL plain)
    set(thunk)
    set(sites ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/sites_plain.s)
  elseif(kind STREQUAL stuffing)
    set(sites ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/sites_stuffing.s)
  endif()
  set(parts)
  foreach(source ${ARGN})
    string(REPLACE "." "\\." pattern "/${source}")
    set(text $<FILTER:$<TARGET_OBJECTS:folio_model_measured>,INCLUDE,${pattern}>)
    get_filename_component(name ${source} NAME)
    set(part ${directory}/${kind}/${name}.o)
    # The assembler reads the two files as one.
    add_custom_command(OUTPUT ${part}
      COMMAND ${CMAKE_CXX_COMPILER} -c ${folio_assembler_option} -Wa,${sites} -x assembler ${text} -o ${part}
      DEPENDS folio_model_measured ${text} ${sites}
      COMMENT "Assembling ${source} with returns ${kind}" VERBATIM)
    list(APPEND parts ${part})
  endforeach()
  set(object ${directory}/${kind}.o)
  string(REPLACE "-" "_" schemes folio_schemes_${kind})
  add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER} -r -nostdlib -Wl,--force-group-allocation -Wl,-T,${CMAKE_CURRENT_FUNCTION_LIST_DIR}/one_text_section.ld
            ${parts} ${thunk} -o ${object}
    COMMAND ${CMAKE_OBJCOPY} --redefine-sym folio_schemes_plain=${schemes} ${object}
    COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=${schemes} ${object}
    DEPENDS ${parts} ${thunk}
    COMMENT "Linking the schemes with returns ${kind}" VERBATIM)
endfunction()

function(folio_link_kind library object)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  target_sources(${library} PRIVATE ${object})
endfunction()
