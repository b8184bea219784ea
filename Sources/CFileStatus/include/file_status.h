#ifndef FILE_STATUS_H
#define FILE_STATUS_H

#include <stdint.h>

/// What statx(2) says of a file. Swift's Glibc module does not show statx, which alone gives a file's time of birth.
struct file_status {
  int64_t device;
  int64_t inode;
  /// Nanoseconds since 1970; 0 where the file system does not know.
  int64_t birth;
  int64_t modified;
  int64_t byte_count;
  uint32_t mode;
};

/// Of an open descriptor. Returns 0, or -1 with errno set.
int file_status_of_descriptor(int descriptor, struct file_status *out);
/// Of a path, symbolic links followed. Returns 0, or -1 with errno set.
int file_status_of_path(const char *path, struct file_status *out);
/// The magic number of the file system that a path is on, as statfs(2) has it; 0 where that cannot be said.
uint32_t file_system_of_path(const char *path);

#endif
