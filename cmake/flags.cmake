# Flags every floor is built with.  The reasons are in DESIGN.md, "Numbers".

option(BREAKWATER_TESTS "build the tests and the benchmarks" ON)
option(BREAKWATER_LTO "link-time optimisation in Release builds" ON)
option(BREAKWATER_SANITIZE "address, undefined-behaviour and float-cast sanitizers" OFF)
option(BREAKWATER_FUZZ "build tests/fuzz (clang only); implies BREAKWATER_SANITIZE" OFF)

if(NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
  message(FATAL_ERROR "Breakwater computes money in 128-bit integers and needs a 64-bit machine")
endif()
if(BREAKWATER_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "BREAKWATER_FUZZ needs clang: cmake --preset fuzz")
  endif()
  set(BREAKWATER_SANITIZE ON)
endif()

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# assert() is part of the product: no build type switches it off.
set(CMAKE_C_FLAGS_RELEASE "-O3")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_C_FLAGS_MINSIZEREL "-Os")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

add_library(project_flags INTERFACE)
target_include_directories(project_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(project_flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(project_flags INTERFACE
  # the same bits from gcc and clang
  -ffp-contract=off -fno-math-errno -fno-strict-aliasing
  # assertions name files as the repository does, wherever it lies
  "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/="
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion
  -Wdouble-promotion -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
  -Wcast-qual -Wcast-align -Wpointer-arith -Wwrite-strings -Wundef -Wvla
  -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough
  # assert(!"what must not happen"), and long strings in a table
  $<$<C_COMPILER_ID:Clang>:-Wno-string-conversion> $<$<C_COMPILER_ID:Clang>:-Wno-string-concatenation>)

if(BREAKWATER_SANITIZE)
  set(sanitizers -fsanitize=address,undefined,float-cast-overflow)
  target_compile_options(project_flags INTERFACE
    ${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # gcc warns of what its own instrumentation makes of the code
    -Wno-null-dereference $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>)
  target_link_options(project_flags INTERFACE ${sanitizers})
  if(BREAKWATER_FUZZ)
    target_compile_options(project_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
elseif(BREAKWATER_LTO AND CMAKE_BUILD_TYPE STREQUAL "Release")
  include(CheckIPOSupported)
  check_ipo_supported(RESULT works OUTPUT why LANGUAGES C)
  if(works)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
    # The libraries carry machine code, too: a hundred tests link without optimising again.
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
      target_compile_options(project_flags INTERFACE -ffat-lto-objects)
      # A path is thousands of short calls across files: inlining more of them saves 3 % of
      # its instructions.  The linker does it, so it has to be told, too.
      set(inlining "--param max-inline-insns-auto=120 --param early-inlining-insns=60 --param inline-unit-growth=120")
      string(APPEND CMAKE_C_FLAGS_RELEASE " ${inlining}")
    endif()
  else()
    message(WARNING "link-time optimisation does not work here, building without: ${why}")
  endif()
endif()
