# Flags every floor is built with.  The reasons are in DESIGN.md, "Numbers".

option(BREAKWATER_TESTS "build the tests and the benchmarks" ON)
option(BREAKWATER_SANITIZE "address, undefined-behaviour and float-cast sanitizers" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# assert() is part of the product: no build type defines NDEBUG.
set(CMAKE_C_FLAGS_RELEASE "-O3")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")

add_library(project_flags INTERFACE)
target_include_directories(project_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(project_flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(project_flags INTERFACE
  # the same bits from gcc and clang
  -ffp-contract=off -fno-math-errno -fno-strict-aliasing
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion
  -Wdouble-promotion -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
  -Wcast-qual -Wcast-align -Wpointer-arith -Wwrite-strings -Wundef -Wvla
  -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough)

if(BREAKWATER_SANITIZE)
  target_compile_options(project_flags INTERFACE
    -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
    -fno-omit-frame-pointer -Wno-null-dereference)
  target_link_options(project_flags INTERFACE
    -fsanitize=address,undefined,float-cast-overflow)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  include(CheckIPOSupported)
  check_ipo_supported(RESULT BREAKWATER_LTO OUTPUT BREAKWATER_LTO_WHY LANGUAGES C)
  if(NOT BREAKWATER_LTO)
    message(FATAL_ERROR "link-time optimisation does not work here: ${BREAKWATER_LTO_WHY}")
  endif()
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
