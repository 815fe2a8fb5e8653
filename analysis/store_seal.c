#include "analysis/store_seal.h"

#include "engine/digest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

enum { HEAD_SIZE = 48, NAME_SIZE = 16, READ_SIZE = 1 << 16 };

static const unsigned char name[NAME_SIZE] = "breakwater-seal";

size_t store_seal_end(const unsigned char head[48]) {
    size_t size = 0;
    if ((head[8] != 2 && head[8] != 3) || head[9] != 8) {
        return 0; /* byte 9: addresses have eight bytes, bytes 28 to 35 are the end */
    }
    for (unsigned i = 0; i < 8; ++i) {
        size |= (size_t)head[28 + i] << (8 * i);
    }
    return size;
}

void store_seal_make(unsigned char *bytes, size_t size) {
    memcpy(bytes + size, name, NAME_SIZE);
    digest_of(bytes, size, bytes + size + NAME_SIZE);
}

/* Reads size bytes into the digest. */
static enum store_seal take(FILE *file, size_t size, struct digest *digest) {
    unsigned char bytes[READ_SIZE];
    while (size > 0) {
        const size_t part = size < sizeof bytes ? size : sizeof bytes;
        if (fread(bytes, 1, part, file) != part) {
            return ferror(file) ? STORE_SEAL_UNREAD : STORE_SEAL_SHORT;
        }
        digest_update(digest, bytes, part);
        size -= part;
    }
    return STORE_SEAL_FITS;
}

enum store_seal store_seal_check(FILE *file) {
    unsigned char head[HEAD_SIZE] = {0}, seal[SEAL_SIZE], hash[DIGEST_SIZE];
    struct digest digest;
    struct stat about;
    if (fstat(fileno(file), &about) != 0 || fseek(file, 0, SEEK_SET) != 0) {
        return STORE_SEAL_UNREAD;
    }
    const size_t size = (size_t)about.st_size;
    if (fread(head, 1, sizeof head, file) != sizeof head) {
        return ferror(file) ? STORE_SEAL_UNREAD : STORE_SEAL_SHORT;
    }
    const size_t end = store_seal_end(head);
    if (end == 0 || size == end) {
        return STORE_SEAL_NONE;
    }
    if (size < end || size - end < SEAL_SIZE) {
        return STORE_SEAL_SHORT;
    }
    if (size - end > SEAL_SIZE || fseek(file, 0, SEEK_SET) != 0) {
        return STORE_SEAL_BROKEN;
    }
    digest_init(&digest);
    const enum store_seal taken = take(file, end, &digest);
    if (taken != STORE_SEAL_FITS) {
        return taken;
    }
    if (fread(seal, 1, sizeof seal, file) != sizeof seal) {
        return STORE_SEAL_UNREAD;
    }
    digest_final(&digest, hash);
    const bool fits = memcmp(seal, name, NAME_SIZE) == 0 &&
                      memcmp(seal + NAME_SIZE, hash, DIGEST_SIZE) == 0;
    return fits ? STORE_SEAL_FITS : STORE_SEAL_BROKEN;
}
