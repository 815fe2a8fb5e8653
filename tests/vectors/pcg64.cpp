// pcg64.cpp -- writes pcg64.txt with the reference implementation of PCG64 (Debian package
// libpcg-cpp-dev 0.98.1):
//     g++ -std=c++17 pcg64.cpp -o pcg64 && ./pcg64 > pcg64.txt
// A row is: seed (high, low), stream (high, low), outputs number 0 to 5, and number 1000.
#include <cinttypes>
#include <cstdio>
#include <pcg_random.hpp>

typedef unsigned __int128 word;

static word make(uint64_t high, uint64_t low) {
    return static_cast<word>(high) << 64 | low;
}

static void row(uint64_t seed_high, uint64_t seed_low, uint64_t stream_high,
                uint64_t stream_low) {
    pcg64 generator(make(seed_high, seed_low), make(stream_high, stream_low));
    std::printf("%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64, seed_high,
                seed_low, stream_high, stream_low);
    for (int i = 0; i < 6; ++i) {
        std::printf(" %016" PRIx64, static_cast<uint64_t>(generator()));
    }
    generator.advance(1000 - 6);
    std::printf(" %016" PRIx64 "\n", static_cast<uint64_t>(generator()));
}

int main() {
    row(0, 42, 0, 54);
    row(0, 0, 0, 0);
    row(0, 0, 0, 1);
    row(0, 1, 0, 0);
    row(0, UINT64_MAX, 0, UINT64_MAX);
    row(UINT64_MAX, UINT64_MAX, UINT64_MAX >> 1, UINT64_MAX);
    row(1, 0, 1, 0);
    row(0x243f6a8885a308d3, 0x13198a2e03707344, 0x24093822299f31d0, 0x082efa98ec4e6c89);
    row(0xdeadbeef, 0xcafebabe, 0, 20200312);
}
