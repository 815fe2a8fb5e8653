#include "analysis/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of path, in a buffer of PATH_SIZE. */
enum { PATH_SIZE = 4096 };

static bool folder_of(const char *path, char folder[PATH_SIZE]) {
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length >= PATH_SIZE) {
        return false;
    }
    if (slash == NULL) {
        memcpy(folder, ".", 2);
    } else if (length == 0) {
        memcpy(folder, "/", 2);
    } else {
        memcpy(folder, path, length);
        folder[length] = 0;
    }
    return true;
}

static bool check(const char *path, bool *closed, char *error, size_t error_size) {
    char folder[PATH_SIZE];
    struct stat about;
    if (path[0] == 0) {
        snprintf(error, error_size, "the name of the output file is empty");
        return false;
    }
    if (strlen(path) > PATH_SIZE - 64 || !folder_of(path, folder)) {
        snprintf(error, error_size, "the name of the output file is too long");
        return false;
    }
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        snprintf(error, error_size, "%s: is a folder; name a file", path);
        return false;
    }
    if (stat(folder, &about) != 0) {
        snprintf(error, error_size, "%s: cannot be written: folder %s: %s", path, folder,
                 strerror(errno));
        return false;
    }
    if (!S_ISDIR(about.st_mode)) {
        snprintf(error, error_size, "%s: cannot be written: %s is not a folder", path,
                 folder);
        return false;
    }
    if (path[strlen(path) - 1] == '/') {
        snprintf(error, error_size, "%s: is a folder; name a file", path);
        return false;
    }
    if (access(folder, W_OK | X_OK) != 0) {
        *closed = true;
        snprintf(error, error_size, "%s: cannot be written: folder %s: %s", path, folder,
                 strerror(errno));
        return false;
    }
    return true;
}

enum publish_place publish_check(const char *path, char *error, size_t error_size) {
    bool closed = false;
    if (check(path, &closed, error, error_size)) {
        return PUBLISH_OPEN;
    }
    return closed ? PUBLISH_CLOSED : PUBLISH_NOWHERE;
}

static bool write_whole(int file, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    while (size > 0) {
        const ssize_t done = write(file, next, size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            errno = done == 0 ? ENOSPC : errno;
            return false;
        }
        next += done;
        size -= (size_t)done;
    }
    return fsync(file) == 0;
}

static bool sync_folder(const char *folder) {
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    /* Some network file systems cannot sync a folder; the file itself is safe. */
    const bool synced = fsync(file) == 0 || errno == EINVAL;
    close(file);
    return synced;
}

bool publish_file(const char *path, const void *bytes, size_t size, char *error,
                  size_t error_size) {
    char folder[PATH_SIZE], temporary[PATH_SIZE + 32];
    if (publish_check(path, error, error_size) != PUBLISH_OPEN ||
        !folder_of(path, folder)) {
        return false;
    }
    snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    const int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        snprintf(error, error_size, "%s: cannot be written: %s", path, strerror(errno));
        return false;
    }
    bool fine = write_whole(file, bytes, size);
    int reason = errno;
    if (close(file) != 0 && fine) {
        fine = false;
        reason = errno;
    }
    if (fine && rename(temporary, path) != 0) {
        fine = false;
        reason = errno;
    }
    if (!fine) {
        unlink(temporary);
        snprintf(error, error_size, "%s: cannot be written: %s", path, strerror(reason));
        return false;
    }
    if (!sync_folder(folder)) {
        snprintf(error, error_size, "%s: folder cannot be synced: %s", path,
                 strerror(errno));
        return false;
    }
    return true;
}
