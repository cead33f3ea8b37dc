/// `--help`.
enum CtlHelp {
    static let text = """
        Usage: rtpbridge-ctl [OPTION...] COMMAND...
               rtpbridge-ctl check-sdp [OPTION...] FILE

        Sends a command to a running daemon, by TCP to its --listen-cli, and prints the answer. Works with rtpengine too.

          --ip=ADDRESS[:PORT]      where the daemon takes commands (default: listen-cli of the configuration file, or 127.0.0.1)
          --port=PORT              (default: that of the file, or 9900)
          --config-file=PATH       take listen-cli from this file, or from none
                                   (default: /etc/rtpbridge/rtpbridge.conf or else /etc/rtpengine/rtpengine.conf)
          --config-section=NAME    its section (default: rtpengine)
          --json                   the answer as JSON, in one line
          --table, --text          as a table for people, or as the daemon wrote it (default: a table on a terminal)

        Commands, of which the daemon tells all with 'usage', and those of a level with 'help':

          list numsessions         how many calls there are
          list sessions all|own|foreign|CALL-ID
                                   the calls, or one in detail
          list totals              what became of all calls, quality, requests
          list counters            media per second
          list interfaces          addresses and their ports
          list transcoders         what is converted
          list jsonstats           all of these figures as JSON
          list SETTING             maxsessions maxcpu maxload maxbw maxopenfiles timeout silenttimeout offertimeout finaltimeout
                                   deletedelay controltos loglevels loglevel [SUBSYSTEM]; get is another word for list
          set SETTING VALUE        the same; 'set maxsessions 0' refuses new calls, -1 ends that
          params start|current|diff|revert
                                   the settings at start and now, what differs, and back to those at start
          terminate all|own|CALL-ID
                                   end calls
          call CALL-ID info|terminate|debug on|off
          debug CALL-ID on|off     log a call in detail

        check-sdp holds a session description against what Meta and the RFCs ask for, without a daemon; see its --help.

        Exit code: 0; 1 if check-sdp found an error or the daemon refuses the command; 2 wrong usage; 3 no daemon answers.

        """
}
