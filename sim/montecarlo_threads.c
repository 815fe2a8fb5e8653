#include "sim/montecarlo.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The longest path of a control group that is looked at. */
enum { PATH_SIZE = 1024 };

/* read_text reads the start of a small file; false if there is none. */
static bool read_text(const char *path, char *text, size_t size) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    const ssize_t length = read(file, text, size - 1);
    close(file);
    text[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* allowed turns a quota in microseconds of every period into processors, rounded up. */
static uint64_t allowed(uint64_t quota, uint64_t period) {
    if (quota == 0 || period == 0 || quota > UINT64_MAX - period) {
        return UINT64_MAX;
    }
    return (quota + period - 1) / period;
}

/* quota_of reads "200000 100000" or "max 100000" from a group's cpu.max. */
static uint64_t quota_of(const char *group) {
    char path[PATH_SIZE + 32], text[64];
    const int length = snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
    if (length < 0 || (size_t)length >= sizeof path ||
        !read_text(path, text, sizeof text) || text[0] < '0' || text[0] > '9') {
        return UINT64_MAX;
    }
    char *end = NULL;
    const uint64_t quota = strtoull(text, &end, 10);
    return allowed(quota, strtoull(end, NULL, 10));
}

/* A quota binds all groups below it, so every ancestor of ours is asked. */
static uint64_t quota_of_groups(void) {
    char text[PATH_SIZE];
    uint64_t least = quota_of("");
    if (!read_text("/proc/self/cgroup", text, sizeof text)) {
        return least;
    }
    char *group = strstr(text, "0::/");
    if (group == NULL || (group != text && group[-1] != '\n')) {
        return least;
    }
    group += strlen("0::");
    group[strcspn(group, "\n")] = '\0';
    for (char *slash = strrchr(group, '/'); slash != NULL; slash = strrchr(group, '/')) {
        const uint64_t quota = quota_of(group);
        least = quota < least ? quota : least;
        *slash = '\0';
    }
    return least;
}

/* Control groups of the first version, as older container hosts have them. */
static uint64_t quota_of_first_version(void) {
    char quota[64], period[64];
    if (!read_text("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota, sizeof quota) ||
        !read_text("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period, sizeof period) ||
        quota[0] == '-') {
        return UINT64_MAX;
    }
    return allowed(strtoull(quota, NULL, 10), strtoull(period, NULL, 10));
}

uint32_t montecarlo_threads_available(void) {
    cpu_set_t set;
    uint64_t count = 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        count = (uint64_t)CPU_COUNT(&set);
    }
    const uint64_t groups = quota_of_groups(), first = quota_of_first_version();
    count = groups < count ? groups : count;
    count = first < count ? first : count;
    return (uint32_t)count;
}
