/* read.h -- what the parts of the reader of a transaction file share.

   Memory   a case's.
   Threads  one load by one thread. */
#ifndef ANALYSIS_EXEC_READ_H
#define ANALYSIS_EXEC_READ_H

#include "analysis/exec/case.h"

/* exec_complain reports what is wrong with a node; at_key points to its key. */
__attribute__((format(printf, 4, 5))) void exec_complain(const struct exec_case *exec,
                                                         const struct load_node *node,
                                                         bool at_key, const char *format,
                                                         ...);

/* exec_key and exec_text are the key and the text of a node; exec_child and exec_next walk
   its children and siblings. */
const char *exec_key(const struct exec_case *exec, const struct load_node *node);
const char *exec_text(const struct exec_case *exec, const struct load_node *node);
const struct load_node *exec_child(const struct exec_case *exec,
                                   const struct load_node *node);
const struct load_node *exec_next(const struct exec_case *exec,
                                  const struct load_node *node);

/* exec_is tells whether a node is of a kind, and complains with what it has to be. */
bool exec_is(const struct exec_case *exec, const struct load_node *node,
             enum load_node_kind kind, const char *what);

/* exec_value reads a scalar by a row, and complains; row->name does not matter. */
bool exec_value(const struct exec_case *exec, const struct load_node *node,
                const struct param *row, int64_t *value);

/* exec_account and exec_instrument find a name; false: there is none of it, and with a
   node a complaint was made. */
bool exec_account(const struct exec_case *exec, const char *name,
                  const struct load_node *node, uint32_t *account);
bool exec_instrument(const struct exec_case *exec, const char *name,
                     const struct load_node *node, uint32_t *instrument);

/* exec_refuse_key complains about a key that is none of the words. */
void exec_refuse_key(const struct exec_case *exec, const struct load_node *node,
                     const char *const *words);

/* exec_read_steps reads `steps:`, exec_read_expect one `expect:` of the step being read. */
void exec_read_steps(struct exec_case *exec, const struct load_node *list);
void exec_read_expect(struct exec_case *exec, struct exec_step *step,
                      const struct load_node *node);

/* exec_read_opening reads `opening:`. */
void exec_read_opening(struct exec_case *exec, const struct load_node *node);

#endif
