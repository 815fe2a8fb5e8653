#!/usr/bin/env python3
"""tidy.py [ROOT] -- the rules of the house that a compiler does not check.

Prints one line a finding, `file:line: what is wrong; what to do instead`, and exits 1 when
there is any.  Plain Python, no packages.  test_tidy.py shows that every rule can fail.
"""
import os
import re
import sys

FLOORS = ["engine", "sim", "agents", "scenarios", "analysis"]
PATH_FLOORS = {"engine", "sim", "agents", "scenarios"}

# Which headers a floor may include, by folder or by file.
MAY_USE = {
    "engine": {"engine/"},
    "sim": {"sim/", "engine/numeric.h"},
    "agents": {"agents/", "engine/transaction.h", "engine/status.h", "engine/money.h",
               "engine/numeric.h", "engine/pricing.h", "engine/param.h",
               "sim/random.h", "sim/distribution.h"},
    "scenarios": {"engine/", "sim/", "agents/", "scenarios/"},
    "analysis": {"engine/", "sim/", "agents/", "scenarios/", "analysis/"},
}

# Where a foreign library is met: header -> files that may include it.  version.c asks each
# library for its version.
BORDERS = [
    (r"sodium", r"engine/digest\.c|analysis/version\.c"),
    (r"omp\.h", r"sim/montecarlo\.c"),
    (r"libfyaml", r"scenarios/load\w*\.[ch]|analysis/version\.c"),
    (r"gsl/", r"analysis/.*"),
    (r"hdf5|H5", r"analysis/(store\w*|version)\.[ch]"),
    (r"pthread\.h|threads\.h", r"sim/montecarlo\.c"),
    (r"locale\.h", r"(?!)"),
    (r"math\.h", r"(analysis|engine|sim|scenarios|agents)/.*"),
]

# name pattern, floors, what to use instead, files excepted
LIBM = (r"(?:__builtin_)?(?:exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|sin|cos|sincos|tan|"
        r"asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot|erf|erfc|tgamma|"
        r"lgamma|fma|fmod|remainder|remquo|ldexp|scalbn|scalbln|frexp|modf|logb|ilogb|"
        r"nextafter|floor|ceil|trunc|round|rint|nearbyint|l?lround|l?lrint|fdim)[fl]?")
BANNED = [
    (r"s?rand|random|srandom|[dlm]rand48|rand_r|getrandom|arc4random\w*", set(FLOORS),
     "sim/random.h", r"(?!)"),
    (r"malloc|calloc|realloc|reallocarray|free|posix_memalign|aligned_alloc|strn?dup|alloca",
     {"engine", "agents"}, "memory that the caller provides", r"(?!)"),
    (r"strto(?:d|f|ld)|sscanf", PATH_FLOORS, "param_parse, which reads exact decimals", r"(?!)"),
    (r"ato(?:f|i|l|ll)|fscanf|scanf", set(FLOORS),
     "param_parse, which reads exact decimals and says what is wrong", r"(?!)"),
    (LIBM, PATH_FLOORS, "engine/numeric.h or a comparison written out", r"(?!)"),
    (r"(?:__builtin_)?f(?:min|max)[fl]?", PATH_FLOORS,
     "a comparison that says what happens to equal and missing values", r"(?!)"),
    (r"(?:__builtin_)?(?:isnan|isfinite|isinf|isnormal|signbit|fpclassify)", PATH_FLOORS,
     "numeric_is_nan, numeric_is_finite", r"(?!)"),
    (r"qsort(?:_r)?", PATH_FLOORS, "a sort of our own with a total order", r"(?!)"),
    (r"setlocale|uselocale|newlocale", set(FLOORS), "nothing: the locale is never set",
     r"(?!)"),
    (r"f?printf|dprintf|v(?:f|d)?printf|f?puts|f?putc|putchar|perror|fwrite|fopen|open",
     {"engine", "agents"}, "a status: these floors do no input or output", r"(?!)"),
    (r"f?printf|v(?:f)?printf|f?puts|putchar|perror", {"sim"},
     "a callback, or sim/progress.c", r"sim/progress\.c"),
    (r"time|clock|clock_gettime|gettimeofday|getenv", {"engine", "agents", "scenarios"},
     "time and settings that are arguments", r"(?!)"),
    (r"gets|strcpy|strcat|sprintf|vsprintf|strtok|tmpnam|mktemp|system|popen", set(FLOORS),
     "the bounded form of it", r"(?!)"),
]
WORDS = [
    (r"\blong\s+double\b", "double: long double has other bits elsewhere"),
    (r"\bNDEBUG\b", "assertions that stay on"),
    (r"\btarget_clones\b", "thin target(...) wrappers: clang 14 links target_clones wrongly"),
    (r"\b__int128\b(?<!typedef __int128)(?<!unsigned __int128)", "wide and uwide of money.h"),
    (r"\bgoto\b(?!\s+(?:fail|done|out|close|end|cleanup)\b)",
     "a loop or a function (goto only to a common way out)"),
]
CMAKE_WORDS = [
    (r"-ffast-math|-Ofast|-funsafe-math|-fassociative-math", "the same bits everywhere"),
    (r"-march=native|-mtune=native|-mfma\b|-mavx", "a build that runs on every x86-64"),
    (r"-DNDEBUG|\bNDEBUG\b", "assertions that stay on"),
]
TEXT_WORDS = [
    ("TO" + "DO|FIX" + "ME|XX" + "X", "the tracker; the code has no unfinished work"),
    (r"issues? #?\d+|sessions? #?\d+", "a text that stands for itself"),
    ("Clau" + "de|Chat" + "GPT|Anthro" + "pic|Open" + "AI|Copi" + "lot", "nothing"),
    ("language mo" + "del|Co-Auth" + "ored-By", "nothing"),
]
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|tmp/build)(?:/|\b)")

FILE_LINES = 600
FUNCTION_LINES = 70
TEST_LINES = 100  # a test's body is mostly its table of rows
PARAMETERS = 6
SKIPPED_FOLDERS = {"build", ".git", ".cache", "__pycache__", "vectors", "corpus", "bad", "wrong"}
TEXT_ENDINGS = (".c", ".h", ".cpp", ".md", ".yaml", ".yml", ".txt", ".sh", ".py", ".cmake",
                ".json", ".csv")


class House:
    """Every file of the tree that the rules speak of, and what they found."""

    def __init__(self, root):
        self.root = root
        self.findings = []
        self.texts = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), root)
                if name.endswith(TEXT_ENDINGS) or name in ("lab", "run", "LICENSE"):
                    with open(os.path.join(root, path), encoding="utf-8") as file:
                        self.texts[path.replace(os.sep, "/")] = file.read()

    def say(self, path, line, text):
        self.findings.append(f"{path}:{line}: {text}")

    def sources(self, endings=(".c", ".h")):
        for path, text in self.texts.items():
            if path.endswith(endings):
                yield path, text, path.split("/")[0]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


STRINGS = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''


def code_of(text):
    """The text with comments, strings and character constants blanked, lines kept."""
    def keep(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + " " * (len(found) - 2) + found[-1]
        return blank(match)
    return re.sub(r"/\*.*?\*/|//[^\n]*|" + STRINGS, keep, text, flags=re.S)


def without_directives(code):
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", blank, code, flags=re.M)


def check_layers(house):
    for path, text, floor in house.sources():
        if floor not in MAY_USE:
            continue
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', text, re.M):
            header = match.group(1)
            allowed = MAY_USE[floor]
            if header not in allowed and not any(
                    a.endswith("/") and header.startswith(a) for a in allowed):
                house.say(path, line_of(text, match.start()),
                          f'{floor} may not include "{header}"; it may use '
                          + ", ".join(sorted(allowed)))


def check_borders(house):
    for path, text, floor in house.sources():
        if floor not in MAY_USE:
            continue
        for match in re.finditer(r"^[ \t]*#[ \t]*include[ \t]*<([^>]+)>", text, re.M):
            for library, home in BORDERS:
                if re.match(library, match.group(1)) and not re.fullmatch(home, path):
                    house.say(path, line_of(text, match.start()),
                              f"<{match.group(1)}> is met elsewhere only; its home is {home}")
        for match in re.finditer(r"^[ \t]*#[ \t]*pragma[ \t]+omp", text, re.M):
            if path != "sim/montecarlo.c":
                house.say(path, line_of(text, match.start()),
                          "#pragma omp; parallelism is over paths, in sim/montecarlo.c only")


def check_calls(house):
    for path, text, floor in house.sources():
        if floor not in MAY_USE:
            continue
        code = code_of(text)
        for names, floors, instead, excepted in BANNED:
            if floor not in floors or re.fullmatch(excepted, path):
                continue
            for match in re.finditer(rf"(?<![\w.>])({names})\s*\(", code):
                house.say(path, line_of(code, match.start()),
                          f"{match.group(1)} is banned here; use {instead}")


def check_words(house):
    for path, text, floor in house.sources():
        if floor in MAY_USE:
            code = code_of(text)
            for pattern, instead in WORDS:
                for match in re.finditer(pattern, code):
                    if "__int128" in match.group(0) and path == "engine/money.h":
                        continue
                    house.say(path, line_of(code, match.start()),
                              f"'{match.group(0)}' is banned; use {instead}")
    for path, text in house.texts.items():
        if path.endswith((".cmake", "CMakeLists.txt", "CMakePresets.json")):
            for pattern, instead in CMAKE_WORDS:
                for match in re.finditer(pattern, text):
                    house.say(path, line_of(text, match.start()),
                              f"'{match.group(0)}' is banned; wanted: {instead}")
        for pattern, instead in TEXT_WORDS:
            for match in re.finditer(rf"\b(?:{pattern})\b", text):
                house.say(path, line_of(text, match.start()),
                          f"'{match.group(0)}' has no place here; use {instead}")
        if path != "tests/lint/tidy.py":
            for match in MACHINE_PATHS.finditer(text):
                house.say(path, line_of(text, match.start()),
                          f"'{match.group(0)}' is a path of one machine; "
                          "use an address inside the repository")


def matching(code, position, opening, closing):
    """Position of the bracket that closes the one at position, or -1."""
    depth = 0
    for index in range(position, len(code)):
        if code[index] == opening:
            depth += 1
        elif code[index] == closing:
            depth -= 1
            if depth == 0:
                return index
    return -1


def declarations(code):
    """Functions at file level: (name, start, parameters, end of the parameter list, end of
    the body or None)."""
    code = without_directives(code)
    start = position = 0
    while position < len(code):
        character = code[position]
        if character == ";":
            yield from declaration(code, start, position, None)
            start = position + 1
        elif character == "{":
            end = matching(code, position, "{", "}")
            if end < 0:
                return
            yield from declaration(code, start, position, end)
            # A struct or an initialiser goes on to its semicolon; a function does not.
            if re.search(r"\)\s*$", code[start:position]):
                start = end + 1
            position = end
        position += 1


def declaration(code, start, end, body):
    piece = code[start:end]
    if body is None and ("typedef" in piece or "=" in piece):
        return
    match = re.search(r"\b(\w+)\s*\(", re.sub(r"__attribute__\s*\(\(.*?\)\)|"
                                              r"_Static_assert\s*\(|_Alignas\s*\([^)]*\)",
                                              blank, piece, flags=re.S))
    if not match or match.group(1) in ("sizeof", "if", "while", "for", "switch"):
        return
    if body is not None and not re.search(r"\)\s*$", piece):
        return
    opening = start + match.end() - 1
    closing = matching(code, opening, "(", ")")
    if closing < 0 or not re.search(r"[\w*]\s*$", piece[:match.start()]):
        return
    begin = start + len(piece) - len(piece.lstrip())
    yield match.group(1), begin, code[opening + 1:closing], closing, body


def check_sizes(house):
    for path, text in house.texts.items():
        lines = text.count("\n")
        if lines > FILE_LINES and path.endswith((".c", ".h", ".py", ".sh", ".yaml", ".cmake")):
            house.say(path, 1, f"{lines} lines; a file is one sitting, at most {FILE_LINES}: "
                      "split it by noun")
    for path, text, _ in house.sources():
        code = code_of(text)
        for name, begin, parameters, closing, body in declarations(code):
            count = parameters.count(",") + 1
            if count > PARAMETERS:
                house.say(path, line_of(code, begin), f"{name} has {count} parameters, at most "
                          f"{PARAMETERS}; use a struct with named fields")
            if body is not None:
                length = line_of(code, body) - line_of(code, closing) + 1
                most = TEST_LINES if path.startswith("tests/") else FUNCTION_LINES
                if length > most:
                    house.say(path, line_of(code, begin), f"{name} has {length} lines, at most "
                              f"{most}: loops and arithmetic become leaves")


def check_headers(house):
    for path, text, floor in house.sources((".h",)):
        opening = re.match(r"/\*.*?\*/", text, re.S)
        name = path.split("/")[-1]
        if not opening or not opening.group(0).startswith(f"/* {name} -- "):
            house.say(path, 1, f"a header opens with a comment: /* {name} -- what it is.")
        code = code_of(text)
        functions = list(declarations(code))
        if functions and opening and not re.search(r"^   (Units|Memory)  ", opening.group(0),
                                                   re.M):
            house.say(path, 1, "the opening comment lacks its labels; add Units, Memory, "
                      "Threads, Source as they apply")
        guard = re.sub(r"\W", "_", path).upper()
        found = re.search(r"#ifndef (\w+)\n#define \1\n", text)
        if not found or not (found.group(1).startswith(guard.split("_")[0])
                             and found.group(1).endswith(re.sub(r"\W", "_", name).upper())):
            house.say(path, 1, f"no include guard {guard}")
        if floor in MAY_USE or path == "tests/support/check.h":
            check_prototype_comments(house, path, text, functions)


def check_prototype_comments(house, path, text, functions):
    """A comment above each function that starts with its name, or one above a family:
    prototypes on lines that follow each other."""
    families = []
    previous_end = -1
    for name, begin, _, closing, body in functions:
        between = text[previous_end:begin]
        if families and not between.strip(" ;\n") and "\n\n" not in between:
            families[-1].append((name, begin))
        else:
            families.append([(name, begin)])
        previous_end = (body if body is not None else closing) + 1
    for family in families:
        name, begin = family[0]
        before = re.sub(r"(\n#define (?:\\\n|[^\n])*)+$", "", text[:begin].rstrip())
        if not before.endswith("*/"):
            house.say(path, line_of(text, begin),
                      f"{name} has no comment; write one that starts with its name")
        elif len(family) == 1 and not re.match(rf"/\* \*?{name}\b", before[before.rfind("/*"):]):
            house.say(path, line_of(text, begin), f"the comment above {name} starts with "
                      "something else; start it with the name")


def drawing_functions(house):
    """Functions that take a stream by pointer advance it: the names of all of them."""
    names = set()
    for _, text, floor in house.sources():
        if floor in MAY_USE:
            for name, _, parameters, _, _ in declarations(code_of(text)):
                if re.search(r"(?<!const )\bstruct rng \*", parameters):
                    names.add(name)
    return names


def check_draws(house):
    """Arguments and operands are evaluated in an order each compiler chooses, so that two
    draws in one statement give other bits under another compiler."""
    names = drawing_functions(house)
    if not names:
        return
    call = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, names))) + r")\s*\(")
    for path, text, floor in house.sources((".c", ".h")):
        if floor not in MAY_USE:
            continue
        code = without_directives(code_of(text))
        start = 0
        for match in re.finditer(r"[;{}]", code):
            statement = code[start:match.start()]
            found = call.findall(statement)
            # a ? draw : draw takes one of the two
            choice = re.search(r"\?\s*" + call.pattern + r"[^()]*\)\s*:\s*" + call.pattern,
                               statement)
            if len(found) > (2 if choice else 1):
                first = call.search(code, start).start()
                house.say(path, line_of(code, first),
                          f"two draws in one statement ({', '.join(f.rstrip('( ') for f in found)}); "
                          "draw into named values, one after the other")
            start = match.end()


def check_presets(house):
    for path, text in house.texts.items():
        if re.fullmatch(r"scenarios/(presets|protocols)/.*\.yaml", path):
            if not re.search(r"^\s*(-\s+)?(source|sources):", text, re.M):
                house.say(path, 1, "no source: line; a number without a source is an "
                          "assumption and says so")


RULES = [check_layers, check_borders, check_calls, check_words, check_sizes, check_headers,
         check_draws, check_presets]


def findings_of(root):
    house = House(root)
    for rule in RULES:
        rule(house)
    return house.findings


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../..")
    findings = findings_of(root)
    for finding in findings:
        print(finding)
    print(f"tidy: {len(findings)} findings" if findings else "tidy: nothing to say")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
