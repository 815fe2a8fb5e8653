#!/usr/bin/env python3
"""test_tidy.py -- tidy.py says nothing about a sound tree and notices each breach."""
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tidy  # noqa: E402

HEADER = """/* {name} -- {what}.

   Units    none.
   Memory   nothing is allocated. */
#ifndef {guard}
#define {guard}

{body}
#endif
"""


def header(path, body, what="a header"):
    return HEADER.format(name=path.split("/")[-1], what=what, body=body,
                         guard=path.upper().replace("/", "_").replace(".", "_"))


RANDOM_H = header("sim/random.h", """struct rng {
    unsigned long state;
};

/* rng_next returns the next 64 bits. */
unsigned long rng_next(struct rng *rng);

/* rng_first and rng_last are a family. */
int rng_first(const struct rng *rng);
int rng_last(const struct rng *rng);
""")
SOUND = {
    "engine/numeric.h": header("engine/numeric.h", """/* numeric_exp returns e^x. */
double numeric_exp(double x);
"""),
    "engine/ledger.c": """#include "engine/numeric.h"

#include <math.h>
#include <stdint.h>

/* exp(x) in a comment is fine, and so is "malloc(" in a string. */
static const char *const word = "malloc(3) exp(x) struct { ;";

int ledger(int x) {
    const double root = sqrt(4.0);
    return word[0] == x ? (int)numeric_exp(root) : 0;
}
""",
    "sim/random.h": RANDOM_H,
    "sim/use.c": """#include "sim/random.h"

unsigned long use(struct rng *rng) {
    const unsigned long first = rng_next(rng);
    const unsigned long second = rng_next(rng);
    return first > second ? rng_next(rng) : rng_next(rng);
}
""",
    "sim/progress.c": "void say(void) {\n    fprintf(stderr, \"x\");\n}\n",
    "sim/montecarlo.c": "#include <omp.h>\n\nvoid go(void) {\n#pragma omp parallel\n    {\n    }\n}\n",
    "analysis/main.c": """#include "engine/numeric.h"
#include "sim/random.h"

#include <gsl/gsl_cdf.h>

struct row {
    int (*call)(int a, int b);
    int value[3];
};
static const struct row rows[] = {
    {0, {1, 2, 3}},
};

int main(void) {
    return (int)log(rows[0].value[0]);
}
""",
    "analysis/store.c": "#include <hdf5.h>\n",
    "scenarios/load.c": "#include <libfyaml.h>\n",
    "scenarios/presets/calm.yaml": "price: 3\nsource: an assumption\n",
    "CMakeLists.txt": "project(x)\n",
    "README.md": "A lab. Securities are issued; a session of trading ends.\n",
}
DRAW = '#include "sim/random.h"\n\nunsigned long f(struct rng *rng) {\n    %s\n}\n'
CALL = "int f(int x) {\n    %s\n    return x;\n}\n"

# what is wrong, file, its text, part of the finding
BREACHES = [
    ("engine looks right", "engine/a.c", '#include "sim/random.h"\n', "may not include"),
    ("sim takes more of the engine", "sim/a.c", '#include "engine/money.h"\n',
     "may not include"),
    ("agents hold the engine", "agents/a.c", '#include "engine/engine.h"\n', "may not include"),
    ("scenarios look right", "scenarios/a.c", '#include "analysis/run.h"\n', "may not include"),
    ("libsodium elsewhere", "engine/a.c", "#include <sodium.h>\n", "met elsewhere"),
    ("OpenMP elsewhere", "scenarios/a.c", "#include <omp.h>\n", "met elsewhere"),
    ("a pragma elsewhere", "analysis/a.c", "#pragma omp parallel\n", "#pragma omp"),
    ("YAML elsewhere", "analysis/a.c", "#include <libfyaml.h>\n", "met elsewhere"),
    ("GSL in a path", "scenarios/a.c", "#include <gsl/gsl_rng.h>\n", "met elsewhere"),
    ("HDF5 elsewhere", "analysis/a.c", "#include <hdf5.h>\n", "met elsewhere"),
    ("rand", "agents/a.c", CALL % "x = rand();", "rand is banned"),
    ("malloc in the engine", "engine/a.c", CALL % "malloc(3);", "malloc is banned"),
    ("calloc in an agent", "agents/a.c", CALL % "calloc(3, 3);", "calloc is banned"),
    ("strtod", "scenarios/a.c", CALL % "strtod(0, 0);", "strtod is banned"),
    ("atoi", "analysis/a.c", CALL % "x = atoi(0);", "atoi is banned"),
    ("exp in a path", "engine/a.c", CALL % "exp(1.0);", "exp is banned"),
    ("builtin floor", "sim/a.c", CALL % "__builtin_floor(1.0);", "floor is banned"),
    ("fmax in a path", "scenarios/a.c", CALL % "fmax(1.0, 2.0);", "fmax is banned"),
    ("isnan in a path", "agents/a.c", CALL % "isnan(1.0);", "isnan is banned"),
    ("llround in a path", "engine/a.c", CALL % "llround(1.0);", "llround is banned"),
    ("qsort in a path", "sim/a.c", CALL % "qsort(0, 0, 0, 0);", "qsort is banned"),
    ("printf in the engine", "engine/a.c", CALL % 'printf("x");', "printf is banned"),
    ("fprintf in sim", "sim/a.c", CALL % 'fprintf(stderr, "x");', "fprintf is banned"),
    ("a clock in a path", "scenarios/a.c", CALL % "x = clock();", "clock is banned"),
    ("sprintf", "analysis/a.c", CALL % 'sprintf(0, "x");', "sprintf is banned"),
    ("long double", "analysis/a.c", "long double x;\n", "long double"),
    ("assertions off in C", "engine/a.c", "#define NDEBUG\n", "NDEBUG"),
    ("target_clones", "engine/a.c", '__attribute__((target_clones("avx2"))) int f(int x);\n',
     "target_clones"),
    ("a bare 128-bit type", "engine/a.c", "__int128 x;\n", "__int128"),
    ("fast math", "CMakeLists.txt", "add_compile_options(-ffast-math)\n", "-ffast-math"),
    ("native code", "CMakeLists.txt", "add_compile_options(-march=native)\n", "-march=native"),
    ("assertions off in CMake", "CMakeLists.txt", "add_definitions(-DNDEBUG)\n", "NDEBUG"),
    ("unfinished work", "engine/a.c", "/* TO" "DO: finish */\n", "no place here"),
    ("a tracker's number", "README.md", "See issue " "#12.\n", "no place here"),
    ("a path of one machine", "README.md", "Look in /wo" "rk/main.\n", "path of one machine"),
    ("a home folder", "tests/e2e/a.sh", "cd /ro" "ot/x\n", "path of one machine"),
    ("a long file", "engine/a.c", "int x;\n" * 601, "601 lines"),
    ("a long function", "engine/a.c", "int f(int x) {\n" + "    ++x;\n" * 69 + "    return x;\n}\n",
     "f has 72 lines"),
    ("a very long test", "tests/a.c",
     "int f(int x) {\n" + "    ++x;\n" * 99 + "    return x;\n}\n", "f has 102 lines"),
    ("many parameters", "engine/a.c", "int f(int a, int b, int c, int d, int e, int g, int h);\n",
     "f has 7 parameters"),
    ("no comment", "engine/a.h", header("engine/a.h", "int f(int x);\n"), "f has no comment"),
    ("another comment", "engine/a.h", header("engine/a.h", "/* Gives x. */\nint f(int x);\n"),
     "starts with something else"),
    ("no comment on an inline function", "engine/a.h",
     header("engine/a.h", "static inline int f(int x) {\n    return x;\n}\n"),
     "f has no comment"),
    ("no labels", "engine/a.h",
     header("engine/a.h", "/* f gives x. */\nint f(int x);\n").replace("   Units    none.\n", "")
     .replace("   Memory ", "   On memory "), "lacks its labels"),
    ("no opening", "engine/a.h", "#ifndef ENGINE_A_H\n#define ENGINE_A_H\n#endif\n",
     "opens with a comment"),
    ("no guard", "engine/a.h", "/* a.h -- it.\n\n   Units    none. */\n", "no include guard"),
    ("two draws as operands", "sim/a.c", DRAW % "return rng_next(rng) - rng_next(rng);",
     "two draws"),
    ("two draws as arguments", "sim/a.c", DRAW % "return pair(rng_next(rng), rng_next(rng));",
     "two draws"),
    ("a draw through a helper", "sim/a.c",
     DRAW.replace("unsigned long f", "static long helper(struct rng *rng) {\n    return 1;\n}\n\n"
                  "unsigned long f") % "return helper(rng) - rng_next(rng);", "two draws"),
    ("a preset without source", "scenarios/presets/calm.yaml", "price: 3\n", "no source"),
]


def findings(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return tidy.findings_of(root)


def main():
    failures = 0
    found = findings(SOUND)
    if found:
        failures += 1
        print("the sound tree:", *found, sep="\n  ")
    for name, path, text, expected in BREACHES:
        found = findings({**SOUND, path: text})
        if len(found) != 1 or not found[0].startswith(path + ":") or expected not in found[0]:
            failures += 1
            print(f"{name}: expected one finding with {expected!r} in {path}, found {found}")
    print(f"{len(BREACHES) + 1 - failures} of {len(BREACHES) + 1} cases as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
