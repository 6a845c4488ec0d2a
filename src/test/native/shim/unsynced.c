/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/* LD_PRELOAD: makes kill -9 lose what was not synced, as a power cut does. The kernel keeps the
   page cache of a killed process, so a kill alone proves nothing about syncing; this shim keeps
   beside the live directory a mirror of what is durable (mirror.c), and the test starts the next
   process on the mirror.

   UNSYNCED_IGNORE=1    fsync and fdatasync under the directory lie: they return 0 and do nothing
   UNSYNCED_FAULTS=file fails reads, writes or syncs under the directory on command (faults.c)

   Followed are the calls that a program makes through libc; what libc itself does inside fopen and
   fwrite is seen at fsync, where the whole file is then copied. sync_file_range promises nothing
   and needs no wrapper. Shared writable mappings cannot be followed and end the process. */
#define _GNU_SOURCE
#include "unsynced.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(long) == 8, "offsets are passed in one register");

#define DESCRIPTORS 65536

static _Atomic(struct file *) opened[DESCRIPTORS];
static bool active;
static bool lying;

__attribute__((constructor)) static void start(void) {
  const char *ignore = getenv("UNSYNCED_IGNORE");
  lying = ignore && !strcmp(ignore, "1");
  fault_start();
  active = mirror_start();
}

static struct file *at(int fd) {
  return active && fd >= 0 && fd < DESCRIPTORS ? atomic_load(&opened[fd]) : NULL;
}

struct file *followed(int fd) { return at(fd); }

static void set(int fd, struct file *file) {
  if (fd >= 0 && fd < DESCRIPTORS) atomic_store(&opened[fd], file);
  else if (file) die("too many descriptors", file->name);
}

static void changed(struct file *file, off_t first, off_t past) {
  pthread_mutex_lock(&file->state);
  mirror_changed(file, first, past);
  pthread_mutex_unlock(&file->state);
}

/* ---- names ---- */

static int open_at(int directory, const char *path, int flags, mode_t mode) {
  char relative[PATH_MAX];
  struct stat is;
  int fd = (int) syscall(SYS_openat, directory, path, flags, mode);
  if (fd < 0 || !active) return fd;
  bool ours = mirror_path(fd, relative, sizeof relative) && !fstat(fd, &is) && S_ISREG(is.st_mode);
  struct file *file = ours ? mirror_file(fd, relative) : NULL;
  if (file && (flags & O_TRUNC)) changed(file, 0, EVERYTHING);
  set(fd, file);
  return fd;
}

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_at(directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_at(directory, path, flags, mode);
}

int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return open_at(at, path, flags, 0); }
int __openat64_2(int at, const char *path, int flags) { return open_at(at, path, flags, 0); }

int creat(const char *path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  if (active) mirror_lock_names();
  int result = (int) syscall(SYS_renameat2, from, old, to, new, flags);
  int error = errno;
  if (active) mirror_unlock_names();
  errno = error;
  return result;
}

int renameat(int from, const char *old, int to, const char *new) {
  return renameat2(from, old, to, new, 0);
}

int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

/* ---- descriptors ---- */

int close(int fd) {
  if (active) set(fd, NULL); /* before: another thread may get the number at once */
  return (int) syscall(SYS_close, fd);
}

int fclose(FILE *stream) {
  static int (*real)(FILE *);
  if (!real) real = (int (*)(FILE *)) dlsym(RTLD_NEXT, "fclose");
  if (active && stream) set(fileno(stream), NULL);
  return real(stream);
}

static int duplicated(int fd, int copy) {
  if (active && copy >= 0) set(copy, at(fd));
  return copy;
}

int dup(int fd) { return duplicated(fd, (int) syscall(SYS_dup, fd)); }

int dup3(int fd, int wanted, int flags) {
  return duplicated(fd, (int) syscall(SYS_dup3, fd, wanted, flags));
}

int dup2(int fd, int wanted) {
  if (fd == wanted) return (int) syscall(SYS_fcntl, fd, F_GETFD) < 0 ? -1 : fd;
  return dup3(fd, wanted, 0);
}

static int control(int fd, int command, void *argument) {
  int result = (int) syscall(SYS_fcntl, fd, command, argument);
  bool copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
  return copies ? duplicated(fd, result) : result;
}

#define ARGUMENT_OF(last) \
  va_list rest; \
  va_start(rest, last); \
  void *argument = va_arg(rest, void *); \
  va_end(rest);

int fcntl(int fd, int command, ...) {
  ARGUMENT_OF(command)
  return control(fd, command, argument);
}

int fcntl64(int fd, int command, ...) {
  ARGUMENT_OF(command)
  return control(fd, command, argument);
}

/* ---- writes ---- */

static bool refused(enum fault_on operation, struct file *file) {
  int fault = fault_for(operation, file);
  if (fault > 0) errno = fault;
  return fault > 0;
}

/* The offset is known only after the call (O_APPEND), so call and note are one step. */
#define AT_THE_OFFSET(call) \
  struct file *file = at(fd); \
  if (!file) return call; \
  if (refused(ON_WRITE, file)) return -1; \
  pthread_mutex_lock(&file->state); \
  ssize_t done = call; \
  int error = errno; \
  off_t past = done > 0 ? (off_t) syscall(SYS_lseek, fd, 0, SEEK_CUR) : 0; \
  if (past > 0) mirror_changed(file, past - done, past); \
  pthread_mutex_unlock(&file->state); \
  errno = error; \
  return done;

#define AT(offset, call) \
  struct file *file = at(fd); \
  if (!file) return call; \
  if (refused(ON_WRITE, file)) return -1; \
  ssize_t done = call; \
  int error = errno; \
  if (done > 0) changed(file, offset, offset + done); \
  errno = error; \
  return done;

ssize_t write(int fd, const void *bytes, size_t size) {
  AT_THE_OFFSET(syscall(SYS_write, fd, bytes, size))
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  AT_THE_OFFSET(syscall(SYS_writev, fd, parts, count))
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  AT(offset, syscall(SYS_pwrite64, fd, bytes, size, offset))
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
  return pwrite(fd, bytes, size, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  AT(offset, syscall(SYS_pwritev, fd, parts, count, offset, 0))
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return pwritev(fd, parts, count, offset);
}

/* Writers that are rare: the whole file counts as changed. */
#define ANYWHERE(call) \
  struct file *file = at(fd); \
  if (file && refused(ON_WRITE, file)) return -1; \
  ssize_t done = call; \
  int error = errno; \
  if (file) changed(file, 0, EVERYTHING); \
  errno = error; \
  return done;

ssize_t sendfile(int fd, int from, off_t *offset, size_t size) {
  ANYWHERE(syscall(SYS_sendfile, fd, from, offset, size))
}

ssize_t sendfile64(int fd, int from, off64_t *offset, size_t size) {
  return sendfile(fd, from, offset, size);
}

ssize_t copy_file_range(
    int from, off64_t *old, int fd, off64_t *new, size_t size, unsigned flags) {
  ANYWHERE(syscall(SYS_copy_file_range, from, old, fd, new, size, flags))
}

ssize_t splice(int from, off64_t *old, int fd, off64_t *new, size_t size, unsigned flags) {
  ANYWHERE(syscall(SYS_splice, from, old, fd, new, size, flags))
}

int ftruncate(int fd, off_t size) {
  struct file *file = at(fd);
  if (file && refused(ON_WRITE, file)) return -1;
  int result = (int) syscall(SYS_ftruncate, fd, size);
  if (file && !result) changed(file, size, EVERYTHING);
  return result;
}

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

int truncate(const char *path, off_t size) {
  int fd = open_at(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0) return -1;
  int result = ftruncate(fd, size), error = errno;
  close(fd);
  errno = error;
  return result;
}

int truncate64(const char *path, off64_t size) { return truncate(path, size); }

int fallocate(int fd, int mode, off_t offset, off_t size) {
  struct file *file = at(fd);
  if (file && refused(ON_WRITE, file)) return -1;
  int result = (int) syscall(SYS_fallocate, fd, mode, offset, size);
  bool moves = mode & ~FALLOC_FL_KEEP_SIZE;
  if (file && !result) changed(file, offset, moves ? EVERYTHING : offset + size);
  return result;
}

int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
  return fallocate(fd, mode, offset, size);
}

int posix_fallocate(int fd, off_t offset, off_t size) {
  return fallocate(fd, 0, offset, size) ? errno : 0;
}

int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return posix_fallocate(fd, offset, size);
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset) {
  struct file *file = at(fd);
  bool shared = flags & MAP_SHARED; /* MAP_SHARED_VALIDATE contains it */
  if (file && shared && (protection & PROT_WRITE)) die("shared writable mapping", file->name);
  return (void *) syscall(SYS_mmap, address, size, protection, flags, fd, offset);
}

void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t offset) {
  return mmap(address, size, protection, flags, fd, offset);
}

/* ---- syncs ---- */

static int sync_regular(int fd, long call, const char *relative) {
  struct file *file = mirror_file(fd, relative);
  if (refused(ON_SYNC, file)) return -1;
  if (lying) return 0;
  if (syscall(call, fd)) return -1;
  if (at(fd) != file) changed(file, 0, EVERYTHING); /* opened or written behind our back */
  mirror_sync_file(fd, file);
  return 0;
}

static int sync_any(int fd, long call) {
  char relative[PATH_MAX];
  struct stat is;
  if (!active || !mirror_path(fd, relative, sizeof relative) || fstat(fd, &is)) {
    return (int) syscall(call, fd);
  }
  if (S_ISREG(is.st_mode)) return sync_regular(fd, call, relative);
  if (lying) return 0;
  if (syscall(call, fd)) return -1;
  if (S_ISDIR(is.st_mode)) mirror_sync_directory(relative);
  return 0;
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

/* These promise more than the mirror follows; a store that used them would be judged wrongly. */
int syncfs(int fd) {
  if (active) die("syncfs is not followed", "syncfs");
  return (int) syscall(SYS_syncfs, fd);
}
