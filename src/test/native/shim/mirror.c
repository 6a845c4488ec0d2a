/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/* The durable side of the shim: what a disk would hold if the power went now.

   UNSYNCED_DIR      the directory that is watched
   UNSYNCED_DURABLE  where the mirror goes; it must be empty and on a file system with hard links
       tree/         the names that are durable, as hard links to
       inodes/       the contents that are durable, one file per inode

   The model is the strict reading of POSIX: fsync and fdatasync of a file make its content
   durable and never its name; fsync of a directory makes its names durable (created, renamed,
   removed) and never their content, so a synced name of an unsynced file is an empty file.
   ext4 keeps more than that. A directory that is renamed loses what was durable in it. */
#define _GNU_SOURCE
#include "unsynced.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BUCKETS 1024
#define PATHS (PATH_MAX * 2)

static char watched[PATH_MAX];
static char durable[PATH_MAX];
static struct file *files[BUCKETS];
static pthread_mutex_t files_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;

void die(const char *what, const char *which) {
  dprintf(2, "unsynced: %s: %s (%s)\n", what, which, strerror(errno));
  abort();
}

void mirror_lock_names(void) { pthread_mutex_lock(&names_lock); }

void mirror_unlock_names(void) { pthread_mutex_unlock(&names_lock); }

/* Past libc and so past our own interception. */
static int raw_open(const char *path, int flags) {
  return (int) syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

static void raw_close(int fd) { syscall(SYS_close, fd); }

static void join(char *to, const char *base, const char *middle, const char *relative) {
  int length = snprintf(to, PATHS, "%s%s%s%s", base, middle, *relative ? "/" : "", relative);
  if (length >= PATHS) die("path too long", relative);
}

bool mirror_path(int fd, char *relative, size_t size) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  size_t prefix = strlen(watched);
  if (length < (ssize_t) prefix || memcmp(path, watched, prefix) != 0) return false;
  path[length] = 0;
  if (path[prefix] != 0 && path[prefix] != '/') return false;
  snprintf(relative, size, "%s", path[prefix] == '/' ? path + prefix + 1 : "");
  return true;
}

static void key_of(int fd, const char *path, char *key, ino_t *inode) {
  struct statx birth;
  int flags = AT_SYMLINK_NOFOLLOW | (fd >= 0 ? AT_EMPTY_PATH : 0);
  if (statx(fd >= 0 ? fd : AT_FDCWD, fd >= 0 ? "" : path, flags, STATX_INO | STATX_BTIME, &birth)) {
    die("cannot stat", path);
  }
  if (!(birth.stx_mask & STATX_BTIME)) die("the file system keeps no birth times", path);
  *inode = birth.stx_ino;
  snprintf(key, 64, "%llu-%lld.%09u", (unsigned long long) birth.stx_ino,
      (long long) birth.stx_btime.tv_sec, birth.stx_btime.tv_nsec);
}

static void inode_path(char *to, const char *key) { join(to, durable, "/inodes", key); }

static void create_inode(const char *key) {
  char path[PATHS];
  inode_path(path, key);
  int fd = raw_open(path, O_WRONLY | O_CREAT);
  if (fd < 0) die("cannot create", path);
  raw_close(fd);
}

static struct file *new_file(const char *key, ino_t inode, const char *relative) {
  struct file *file = calloc(1, sizeof *file);
  if (!file) die("no memory", relative);
  snprintf(file->key, sizeof file->key, "%s", key);
  const char *slash = strrchr(relative, '/');
  snprintf(file->name, sizeof file->name, "%s", slash ? slash + 1 : relative);
  file->inode = inode;
  file->first = EVERYTHING;
  pthread_mutex_init(&file->state, NULL);
  pthread_mutex_init(&file->syncing, NULL);
  create_inode(key);
  return file;
}

struct file *mirror_file(int fd, const char *relative) {
  char key[64];
  ino_t inode;
  key_of(fd, relative, key, &inode);
  pthread_mutex_lock(&files_lock);
  struct file **place = &files[inode % BUCKETS];
  while (*place && strcmp((*place)->key, key) != 0) place = &(*place)->next;
  if (!*place) *place = new_file(key, inode, relative);
  struct file *file = *place;
  pthread_mutex_unlock(&files_lock);
  return file;
}

void mirror_changed(struct file *file, off_t first, off_t past) {
  if (first < file->first) file->first = first;
  if (past > file->past) file->past = past;
}

static void copy_range(int from, int to, off_t at, off_t past, const char *key) {
  char buffer[1 << 16];
  while (at < past) {
    size_t want = past - at < (off_t) sizeof buffer ? (size_t) (past - at) : sizeof buffer;
    ssize_t got = syscall(SYS_pread64, from, buffer, want, at);
    if (got < 0) die("cannot read for", key);
    if (got == 0) return; /* truncated meanwhile; the next sync sees it */
    if (syscall(SYS_pwrite64, to, buffer, got, at) != got) die("cannot write the mirror of", key);
    at += got;
  }
}

static void copy_changes(int fd, struct file *file, off_t first, off_t past) {
  char path[PATHS], self[64];
  struct stat now, then;
  inode_path(path, file->key);
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd); /* fd itself may be write-only */
  int from = raw_open(self, O_RDONLY), to = raw_open(path, O_WRONLY);
  if (from < 0 || to < 0 || fstat(from, &now) || fstat(to, &then)) die("cannot open", path);
  if (then.st_size > now.st_size && syscall(SYS_ftruncate, to, now.st_size)) die("truncate", path);
  copy_range(from, to, first, past < now.st_size ? past : now.st_size, file->key);
  if (fstat(to, &then)) die("cannot stat", path);
  if (then.st_size < now.st_size && syscall(SYS_ftruncate, to, now.st_size)) die("extend", path);
  raw_close(from);
  raw_close(to);
}

void mirror_sync_file(int fd, struct file *file) {
  pthread_mutex_lock(&file->syncing);
  pthread_mutex_lock(&file->state);
  off_t first = file->first, past = file->past;
  file->first = EVERYTHING;
  file->past = 0;
  pthread_mutex_unlock(&file->state);
  if (first < past) copy_changes(fd, file, first, past);
  pthread_mutex_unlock(&file->syncing);
}

static bool same_inode(const char *one, const char *other) {
  struct stat a, b;
  return !lstat(one, &a) && !lstat(other, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

/* Replaces a name in one step, as the journal of a file system does. */
static void link_name(const char *key, const char *name) {
  char inode[PATHS], fresh[PATHS];
  inode_path(inode, key);
  if (access(inode, F_OK)) create_inode(key);
  if (same_inode(inode, name)) return;
  join(fresh, durable, "/fresh", "");
  unlink(fresh);
  if (link(inode, fresh)) die("cannot link", inode);
  if (syscall(SYS_renameat2, AT_FDCWD, fresh, AT_FDCWD, name, 0)) die("cannot rename to", name);
}

static void remove_tree(const char *path) {
  if (!unlink(path) || errno == ENOENT) return;
  DIR *directory = opendir(path);
  if (!directory) die("cannot open", path);
  for (struct dirent *entry; (entry = readdir(directory));) {
    char child[PATHS];
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    join(child, path, "", entry->d_name);
    remove_tree(child);
  }
  closedir(directory);
  if (rmdir(path)) die("cannot remove", path);
}

static void add_name(const char *live, const char *name) {
  struct stat is;
  char key[64];
  ino_t inode;
  if (lstat(live, &is)) return; /* gone meanwhile */
  if (S_ISDIR(is.st_mode)) {
    if (mkdir(name, 0700) && errno != EEXIST) die("cannot make", name);
  } else if (S_ISREG(is.st_mode)) {
    key_of(-1, live, key, &inode);
    link_name(key, name);
  }
}

typedef void each(const char *live, const char *mirrored, const char *relative);

static void for_each(const char *scanned, const char *relative, each *visit) {
  DIR *directory = opendir(scanned);
  if (!directory) return;
  for (struct dirent *entry; (entry = readdir(directory));) {
    char below[PATHS], live[PATHS], mirrored[PATHS];
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    join(below, relative, "", entry->d_name);
    const char *path = *relative ? below : entry->d_name;
    join(live, watched, "", path);
    join(mirrored, durable, "/tree", path);
    visit(live, mirrored, path);
  }
  closedir(directory);
}

static void keep_name(const char *live, const char *mirrored, const char *relative) {
  (void) relative;
  add_name(live, mirrored);
}

static void drop_name(const char *live, const char *mirrored, const char *relative) {
  (void) relative;
  if (access(live, F_OK)) remove_tree(mirrored);
}

void mirror_sync_directory(const char *relative) {
  char live[PATHS], mirrored[PATHS];
  join(live, watched, "", relative);
  join(mirrored, durable, "/tree", relative);
  mirror_lock_names();
  if (!access(mirrored, F_OK)) { /* its own name may not be durable yet: then nothing in it is */
    for_each(live, relative, keep_name);
    for_each(mirrored, relative, drop_name);
  }
  mirror_unlock_names();
}

static void take(const char *relative);

static void take_one(const char *live, const char *mirrored, const char *relative) {
  struct stat is;
  (void) mirrored;
  if (lstat(live, &is)) return;
  if (S_ISDIR(is.st_mode)) take(relative);
  if (!S_ISREG(is.st_mode)) return;
  int fd = raw_open(live, O_RDONLY);
  if (fd < 0) die("cannot open", live);
  struct file *file = mirror_file(fd, relative);
  mirror_changed(file, 0, EVERYTHING);
  mirror_sync_file(fd, file);
  raw_close(fd);
}

static void take(const char *relative) {
  char live[PATHS];
  join(live, watched, "", relative);
  mirror_sync_directory(relative);
  for_each(live, relative, take_one);
}

bool mirror_start(void) {
  const char *directory = getenv("UNSYNCED_DIR"), *mirror = getenv("UNSYNCED_DURABLE");
  const char *owner = getenv("UNSYNCED_PID");
  char pid[32], path[PATHS];
  if (!directory) return false;
  snprintf(pid, sizeof pid, "%d", (int) getpid());
  if (owner && strcmp(owner, pid) != 0) return false; /* a child of the process that is watched */
  if (!realpath(directory, watched)) die("UNSYNCED_DIR", directory);
  if (!mirror || !realpath(mirror, durable)) die("UNSYNCED_DURABLE", mirror ? mirror : "not set");
  setenv("UNSYNCED_PID", pid, 1);
  if (owner) return true; /* the same process after exec */
  join(path, durable, "/inodes", "");
  if (mkdir(path, 0700)) die("the mirror is not empty", path);
  join(path, durable, "/tree", "");
  if (mkdir(path, 0700)) die("the mirror is not empty", path);
  take("");
  return true;
}
