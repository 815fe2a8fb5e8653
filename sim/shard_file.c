#include "sim/shard_file.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char header_magic[] = "BWSHARD1";
static const char frame_magic[] = "BWFRAME1";

static uint64_t get_u64(const unsigned char *bytes) {
    uint64_t value = 0;
    for (int i = 7; i >= 0; --i) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static void put_u64(unsigned char *bytes, uint64_t value) {
    for (int i = 0; i < 8; ++i) {
        bytes[i] = (unsigned char)(value >> 8 * i);
    }
}

/* A bijection of either argument. */
static inline uint64_t absorb(uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return lane << 29 | lane >> 35;
}

/* Four lanes, so that multiplications overlap. */
uint64_t shard_file_checksum(const unsigned char *bytes, size_t size) {
    uint64_t lanes[4] = {1, 2, 3, 4};
    size_t at = 0;
    for (; size - at >= 32; at += 32) {
        for (size_t i = 0; i < 4; ++i) {
            lanes[i] = absorb(lanes[i], get_u64(bytes + at + 8 * i));
        }
    }
    uint64_t sum = absorb(size, 5);
    for (size_t i = 0; i < 4; ++i) {
        sum = absorb(sum, lanes[i]);
    }
    for (; at < size; at += 8) {
        unsigned char rest[8] = {0};
        memcpy(rest, bytes + at, size - at < 8 ? size - at : 8);
        sum = absorb(sum, get_u64(rest));
    }
    sum = absorb(sum, sum >> 32);
    return absorb(sum, sum >> 32);
}

size_t shard_file_frame_size(uint64_t record_size) {
    return SHARD_FILE_FRAME_HEAD + SHARD_FILE_RECORDS * record_size;
}

void shard_file_put_header(struct shard_file_format format,
                           unsigned char header[SHARD_FILE_HEADER_SIZE]) {
    memset(header, 0, SHARD_FILE_HEADER_SIZE);
    memcpy(header, header_magic, 8);
    put_u64(header + 8, format.record_size);
    put_u64(header + 16, format.run);
    put_u64(header + SHARD_FILE_HEADER_SIZE - 8,
            shard_file_checksum(header, SHARD_FILE_HEADER_SIZE - 8));
}

bool shard_file_check_header(struct shard_file_format format,
                             const unsigned char header[SHARD_FILE_HEADER_SIZE]) {
    unsigned char expected[SHARD_FILE_HEADER_SIZE];
    shard_file_put_header(format, expected);
    return memcmp(header, expected, sizeof expected) == 0;
}

/* The checksum stands between head and records: it is the sum of the sums of both. */
static uint64_t frame_checksum(const unsigned char *bytes, uint64_t record_size) {
    const uint64_t head = shard_file_checksum(bytes, SHARD_FILE_FRAME_HEAD - 8);
    const uint64_t records = shard_file_checksum(bytes + SHARD_FILE_FRAME_HEAD,
                                                 SHARD_FILE_RECORDS * record_size);
    return absorb(head, records);
}

void shard_file_put_frame(struct shard_file_frame frame, const unsigned char *records,
                          uint64_t record_size, unsigned char *bytes) {
    const size_t used = frame.count * record_size;
    memcpy(bytes, frame_magic, 8);
    put_u64(bytes + 8, frame.number);
    put_u64(bytes + 16, frame.count);
    memcpy(bytes + SHARD_FILE_FRAME_HEAD, records, used);
    memset(bytes + SHARD_FILE_FRAME_HEAD + used, 0,
           SHARD_FILE_RECORDS * record_size - used);
    put_u64(bytes + SHARD_FILE_FRAME_HEAD - 8, frame_checksum(bytes, record_size));
}

bool shard_file_get_frame(const unsigned char *bytes, uint64_t record_size,
                          struct shard_file_frame *frame) {
    const uint64_t count = get_u64(bytes + 16);
    if (memcmp(bytes, frame_magic, 8) != 0 || count < 1 || count > SHARD_FILE_RECORDS ||
        get_u64(bytes + SHARD_FILE_FRAME_HEAD - 8) !=
            frame_checksum(bytes, record_size)) {
        return false;
    }
    frame->number = get_u64(bytes + 8);
    frame->count = (uint32_t)count;
    return true;
}

bool shard_file_write(int descriptor, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        const ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            errno = written < 0 ? errno : EIO;
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

bool shard_file_read(int descriptor, uint64_t place, unsigned char *bytes, size_t size) {
    while (size > 0) {
        const ssize_t got = pread(descriptor, bytes, size, (off_t)place);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            errno = got < 0 ? errno : 0;
            return false;
        }
        bytes += got;
        place += (uint64_t)got;
        size -= (size_t)got;
    }
    return true;
}
