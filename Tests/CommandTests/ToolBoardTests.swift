import AuditSignal
import Testing

@testable import audittail

@Suite("The picture of top")
struct ToolBoardTests {
  private static let minute = SignalGrain.minutes.microseconds

  private static func board() -> ToolBoard {
    var table = SignalTable()
    for (tool, calls, milliseconds, failed) in [("slow", 6, 900, 0), ("busy", 60, 10, 3), ("quiet", 1, 50, 1)] {
      for minute in 0..<3 {
        var figures = SignalFigures()
        for _ in 0..<calls { figures.add(duration: Int64(milliseconds) * 1_000_000, resultBytes: nil) }
        figures.errors[ErrorClass.rateLimited.rawValue] = Int64(failed)
        let key = SignalKey(tool: tool, server: "s", status: "")
        table.add(figures, at: SignalTable.Place(at: Int64(minute) * Self.minute, key: key))
      }
    }
    var board = ToolBoard()
    board.show([("acme", table)], since: 0, now: 2 * Self.minute + 30_000_000)
    return board
  }

  @Test(
    "is sorted by what was asked for",
    arguments: [
      (ToolBoard.Sorting.rate, ["busy", "slow", "quiet"]), (.p99, ["slow", "quiet", "busy"]),
      (.errors, ["quiet", "busy", "slow"]), (.name, ["busy", "quiet", "slow"]), (.busy, ["slow", "busy", "quiet"]),
    ])
  func sorting(sorting: ToolBoard.Sorting, tools: [String]) {
    var board = Self.board()
    board.sorting = sorting
    #expect(board.shown.map(\.tool) == tools)
  }

  @Test("has the rate of the newest minutes, and counts each minute")
  func figures() throws {
    let busy = try #require(Self.board().shown.first)
    // Two minutes' calls in ninety seconds.
    #expect(busy.rate == 120.0 / 90 && busy.minutes == [60, 60, 60] && busy.rateLimited == 9)
    #expect(busy.errorShare == 0.05 && busy.p50 == 10_000_000)
  }

  @Test("shows what the filter lets through, and keys change it")
  func keys() {
    var board = Self.board()
    var keys = TopKeys()
    for key in "/SLx\u{7F}ow\r".utf8 { keys.take(key, &board) }
    #expect(board.filter == "SLow" && board.shown.map(\.tool) == ["slow"] && !keys.isTyping)
    keys.take(27, &board)
    keys.take(UInt8(ascii: "p"), &board)
    #expect(board.filter.isEmpty && board.sorting == .p99 && !keys.isOver)
    keys.take(UInt8(ascii: "q"), &board)
    #expect(keys.isOver)
  }

  @Test("fits its lines into the width, whatever a tool is called", arguments: [20, 80, 133])
  func width(width: Int) {
    let row = ToolBoard.Row(
      tenant: "t", server: "s", tool: "a\u{1B}[2Jb\n\u{202E}" + String(repeating: "x", count: 99), minutes: [0, 1, 8])
    let line = ToolBoard.line(row, width: width)
    #expect(line.count <= width && !line.contains("\u{1B}") && !line.contains("\n"))
    #expect(ToolBoard.heading(width: width).count <= width)
  }

  @Test("has bars from nothing to full")
  func bars() {
    #expect(ToolBoard.sparkline([0, 1, 4, 8], width: 9) == " ▁▄█")
    #expect(ToolBoard.sparkline([1, 2, 3], width: 2).count == 2)
    #expect(ToolBoard.sparkline([], width: 5).isEmpty)
  }
}
