/* store_seal.h -- a checksum behind the end of an HDF5 file.

   The library checks columns and headers, not texts, and does not survive every damaged
   file.  So a file ends with a seal: SEAL_SIZE bytes behind what HDF5 calls its end, which
   every reader of HDF5 leaves alone.  A reader that writes to the file cuts it off: then
   there is none, and the file ends where HDF5 says it does.

   Units    bytes: 16 of a name, 32 of BLAKE2b-256 over everything before them.
   Memory   64 KiB on the stack to check.
   Threads  no shared state.
   Source   HDF5 File Format Specification 3.0, II.A (superblock versions 2 and 3). */
#ifndef ANALYSIS_STORE_SEAL_H
#define ANALYSIS_STORE_SEAL_H

#include <stddef.h>
#include <stdio.h>

#define SEAL_SIZE 48

enum store_seal {
    STORE_SEAL_FITS,
    STORE_SEAL_NONE,   /* another program wrote the file last, or all of it */
    STORE_SEAL_BROKEN, /* the bytes are not those that were sealed */
    STORE_SEAL_SHORT,  /* the file ends before its end, or in the seal */
    STORE_SEAL_UNREAD, /* it cannot be read: errno */
};

/* store_seal_end is the end of a file by its first 48 bytes; 0 for other superblocks than
   versions 2 and 3. */
size_t store_seal_end(const unsigned char head[48]);

/* store_seal_make writes the seal of size bytes behind them. */
void store_seal_make(unsigned char *bytes, size_t size);

/* store_seal_check reads a whole file. */
enum store_seal store_seal_check(FILE *file);

#endif
