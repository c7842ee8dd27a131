package conformance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/net/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	conformancegrpc "sigs.k8s.io/gateway-api/conformance/utils/grpc"
	"sigs.k8s.io/gateway-api/conformance/utils/roundtripper"
)

// edgeProxy is an HTTP proxy, reached by CONNECT, behind which every tunnel has its address.
type edgeProxy struct{ address string }

func (e edgeProxy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(address, "80")
	}
	connection, err := (&net.Dialer{}).DialContext(ctx, network, e.address)
	if err != nil {
		return nil, err
	}
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address}
	if err := request.Write(connection); err != nil {
		connection.Close()
		return nil, err
	}
	// The proxy sends nothing after its response until the visitor has sent something, so nothing is lost here.
	response, err := http.ReadResponse(bufio.NewReader(connection), request)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("the edge does not know %s: %s", address, response.Status)
	}
	if err != nil {
		connection.Close()
		return nil, err
	}
	return connection, nil
}

// forwarded listens for one connection after the other, and passes each on. It is for clients that cannot be told how to
// dial.
func (e edgeProxy) forwarded(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			visitor, err := listener.Accept()
			if err != nil {
				return
			}
			go e.pass(visitor, address)
		}
	}()
	return listener, nil
}

func (e edgeProxy) pass(visitor net.Conn, address string) {
	defer visitor.Close()
	tunnel, err := e.dial(context.Background(), "tcp", address)
	if err != nil {
		return
	}
	defer tunnel.Close()
	go func() {
		_, _ = io.Copy(tunnel, visitor)
		tunnel.Close()
	}()
	_, _ = io.Copy(visitor, tunnel)
}

// visitor makes requests as the suite's own client does. That one has no choice of how to dial for HTTP/2 without TLS.
type visitor struct {
	edge edgeProxy
	http roundtripper.DefaultRoundTripper
}

func (v visitor) CaptureRoundTrip(request roundtripper.Request) (*roundtripper.CapturedRequest, *roundtripper.CapturedResponse, error) {
	if request.Protocol != roundtripper.H2CPriorKnowledgeProtocol {
		return v.http.CaptureRoundTrip(request)
	}
	listener, err := v.edge.forwarded(request.URL.Host)
	if err != nil {
		return nil, nil, err
	}
	defer listener.Close()
	if request.Host == "" {
		request.Host = request.URL.Host
	}
	request.URL.Host = listener.Addr().String()
	return v.http.CaptureRoundTrip(request)
}

type grpcVisitor struct{ edge edgeProxy }

// SendRPC uses a connection of its own for each call, because the authority belongs to the connection.
func (v grpcVisitor) SendRPC(t *testing.T, address string, expected conformancegrpc.ExpectedResponse, timeout time.Duration) (*conformancegrpc.Response, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, to string) (net.Conn, error) { return v.edge.dial(ctx, "tcp", to) }),
	}
	if metadata := expected.RequestMetadata; metadata != nil && metadata.Authority != "" {
		options = append(options, grpc.WithAuthority(metadata.Authority))
	}
	connection, err := grpc.NewClient("passthrough:///"+address, options...)
	if err != nil {
		return nil, err
	}
	client := &conformancegrpc.DefaultClient{Conn: connection}
	defer client.Close()
	return client.SendRPC(t, address, expected, timeout)
}

func (grpcVisitor) Close() {}

type webSocketVisitor struct{ edge edgeProxy }

func (v webSocketVisitor) Dial(target, protocol, origin string) (*websocket.Conn, error) {
	config, err := websocket.NewConfig(target, origin)
	if err != nil {
		return nil, err
	}
	if protocol != "" {
		config.Protocol = []string{protocol}
	}
	connection, err := v.edge.dial(context.Background(), "tcp", config.Location.Host)
	if err != nil {
		return nil, err
	}
	return websocket.NewClient(config, connection)
}
