#define _GNU_SOURCE
#include "file_status.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static int64_t nanoseconds(struct statx_timestamp time) {
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

static int status(int directory, const char *path, int flags, struct file_status *out) {
  struct statx got;
  if (statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &got) != 0) return -1;
  out->device = ((int64_t)got.stx_dev_major << 32) | got.stx_dev_minor;
  out->inode = (int64_t)got.stx_ino;
  out->birth = (got.stx_mask & STATX_BTIME) ? nanoseconds(got.stx_btime) : 0;
  out->modified = nanoseconds(got.stx_mtime);
  out->byte_count = (int64_t)got.stx_size;
  out->mode = got.stx_mode;
  return 0;
}

int file_status_of_descriptor(int descriptor, struct file_status *out) {
  return status(descriptor, "", AT_EMPTY_PATH, out);
}

int file_status_of_path(const char *path, struct file_status *out) {
  return status(AT_FDCWD, path, 0, out);
}

uint32_t file_system_of_path(const char *path) {
  struct statfs got;
  return statfs(path, &got) == 0 ? (uint32_t)got.f_type : 0;
}
