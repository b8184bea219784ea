import Glibc

/// One POSIX thread that runs an actor's jobs in order, so that blocking calls never hold up Swift's own pool.
///
/// The thread starts with the first job. After `stop` it ends once no job is left; a job that comes later still gets a
/// thread, which ends right after it. A pthread lock instead of `Mutex`: the thread sanitizer understands it.
package final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
  // Unchecked because the compiler cannot see that every variable below is touched under `lock` only.
  private let name: String
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  private var hasThread = false
  private var isStopping = false

  /// The name shows in `ps -L` and in /proc; Linux cuts it to 15 bytes.
  package init(name: String) {
    self.name = String(name.prefix(15))
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(lock)
    jobs.append(job)
    let needsThread = !hasThread
    hasThread = true
    pthread_cond_signal(changed)
    pthread_mutex_unlock(lock)
    if needsThread { startThread() }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  /// Lets the thread end when it has nothing left to do. May be called from a job.
  package func stop() {
    pthread_mutex_lock(lock)
    isStopping = true
    pthread_cond_signal(changed)
    pthread_mutex_unlock(lock)
  }

  /// The thread owns a reference to the executor, so the executor outlives the last job.
  private func startThread() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    precondition(code == 0, "The system refused a thread for a database session (error \(code)).")
  }

  private func run() {
    nameThread()
    var batch: [UnownedJob] = []
    while takeJobs(into: &batch) {
      for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
      batch.removeAll(keepingCapacity: true)
    }
  }

  /// `pthread_setname_np` is not visible to Swift here; this file of the kernel does the same.
  private func nameThread() {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = write(file, name, name.utf8.count)
    Glibc.close(file)
  }

  /// Waits for jobs; false once there are none and `stop` was called.
  private func takeJobs(into batch: inout [UnownedJob]) -> Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while jobs.isEmpty {
      if isStopping {
        hasThread = false
        return false
      }
      pthread_cond_wait(changed, lock)
    }
    swap(&jobs, &batch)
    return true
  }
}
