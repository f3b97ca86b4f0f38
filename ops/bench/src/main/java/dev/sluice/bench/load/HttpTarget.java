package dev.sluice.bench.load;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What requests are sent to.
 *
 * @param address of the server
 * @param path the path of each request
 * @param headers beside those that every request has; the server's token for example
 */
public record HttpTarget(InetSocketAddress address, String path, Map<String, String> headers) {

  /** A POST of JSON. */
  FullHttpRequest post(byte[] json, boolean last) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(json));
    request
        .headers()
        .set(HttpHeaderNames.HOST, address.getHostString() + ":" + address.getPort())
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, json.length);
    if (last) {
      request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    headers.forEach((name, value) -> request.headers().set(name, value));
    return request;
  }
}
