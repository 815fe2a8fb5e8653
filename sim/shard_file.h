/* shard_file.h -- one file of a shard directory: a header and frames of equal size.

   header  64 bytes: "BWSHARD1", record size, run (hash of its identity), 4 x 0, checksum
   frame   32 bytes: "BWFRAME1", block number, record count, checksum; then room for
           SHARDS_RECORDS records, zeros behind the last one

   Frames of equal size stand at known places, so a damaged one hides no other.  Every
   number is a little-endian u64.  Checksums cover all other bytes of header or frame.

   Units    bytes.
   Memory   frames are composed and read in buffers of the caller.
   Threads  one thread at a time for one descriptor. */
#ifndef SIM_SHARD_FILE_H
#define SIM_SHARD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARD_FILE_HEADER_SIZE 64
#define SHARD_FILE_FRAME_HEAD  32
#define SHARD_FILE_RECORDS     64

/* Which file belongs to which run. */
struct shard_file_format {
    uint64_t record_size;
    uint64_t run;
};

struct shard_file_frame {
    uint64_t number;
    uint32_t count;
};

/* shard_file_checksum returns a fast 64-bit checksum.  A change confined to one aligned
   word of eight bytes is always seen, any other with probability 1 - 2^-64. */
uint64_t shard_file_checksum(const unsigned char *bytes, size_t size);

/* shard_file_frame_size returns the bytes of a frame. */
size_t shard_file_frame_size(uint64_t record_size);

/* shard_file_put_header composes a header. */
void shard_file_put_header(struct shard_file_format format,
                           unsigned char header[SHARD_FILE_HEADER_SIZE]);

/* shard_file_check_header returns whether these bytes are the header of that format. */
bool shard_file_check_header(struct shard_file_format format,
                             const unsigned char header[SHARD_FILE_HEADER_SIZE]);

/* shard_file_put_frame composes a frame in bytes, frame_size long. */
void shard_file_put_frame(struct shard_file_frame frame, const unsigned char *records,
                          uint64_t record_size, unsigned char *bytes);

/* shard_file_get_frame reads the head of a frame; false if anything in it is damaged. */
bool shard_file_get_frame(const unsigned char *bytes, uint64_t record_size,
                          struct shard_file_frame *frame);

/* shard_file_write writes all bytes at the end of a descriptor; false with errno set. */
bool shard_file_write(int descriptor, const unsigned char *bytes, size_t size);

/* shard_file_read reads bytes from a place; false with errno set, to 0 at the end. */
bool shard_file_read(int descriptor, uint64_t place, unsigned char *bytes, size_t size);

#endif
