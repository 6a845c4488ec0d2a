/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/* What the two halves of the preload shim know of each other: mirror.c keeps what is durable,
   unsynced.c stands between the process and libc. */
#ifndef UNSYNCED_H
#define UNSYNCED_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A file under the directory, known by inode and birth time: an inode number alone is used again
   as soon as its file is gone. Never freed; a store has few files. */
struct file {
  char key[64];
  char name[256];
  ino_t inode;
  pthread_mutex_t state;   /* over first and past: what was written since the last sync began */
  pthread_mutex_t syncing; /* one sync of a file at a time, so that none returns before another's copy */
  off_t first;
  off_t past;
  struct file *next;
};

#define EVERYTHING INT64_MAX

/* Ends the process at once: a test that goes on with a mirror that is wrong would prove nothing. */
void die(const char *what, const char *which) __attribute__((noreturn));

/* Reads the environment and takes the directory as it stands to be durable. False: not wanted here. */
bool mirror_start(void);

/* The path behind a descriptor if it lies under the directory, relative to it ("" is the directory). */
bool mirror_path(int fd, char *relative, size_t size);

/* The file behind a path under the directory; a new one holds nothing that is durable. */
struct file *mirror_file(int fd, const char *relative);

/* Notes that [first, past) changed; the caller holds file->state. */
void mirror_changed(struct file *file, off_t first, off_t past);

/* What fsync of a file promises: its content, not its name. */
void mirror_sync_file(int fd, struct file *file);

/* What fsync of a directory promises: its names, not their content. */
void mirror_sync_directory(const char *relative);

/* Renames exclude the reading of a directory: else a name could be missed in both places. */
void mirror_lock_names(void);
void mirror_unlock_names(void);

enum fault_on { ON_NOTHING, ON_WRITE, ON_READ, ON_SYNC };
#define FLIP_A_BIT (-1)

/* The file behind a descriptor, or null if it is not under the directory. */
struct file *followed(int fd);

/* Zero, an errno to fail with, or FLIP_A_BIT; counts down in the page shared with the test. */
int fault_for(enum fault_on operation, const struct file *file);
void fault_start(void);

#endif
